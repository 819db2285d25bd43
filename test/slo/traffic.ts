import fc from 'fast-check';
import type { Sli } from '../../lib/slo/objectives';
import type { Step } from './burn-model';

/** A stretch of even traffic, in hundredths of what is measured. */
interface Stretch {
  readonly share: number;
  readonly requests: number;
  readonly bad: number;
  readonly restarts: boolean;
}

export interface Traffic {
  readonly steps: readonly Step[];
  /** Steps before which all processes start again, and count from 0. */
  readonly restarts: ReadonlySet<number>;
}

// Nothing before the first: what a counter has before it is known is nobody's to count.
const QUIET_STEPS = 10;

const stretch: fc.Arbitrary<Stretch> = fc.record({
  share: fc.integer({ min: 1, max: 30 }),
  requests: fc.constantFrom(0, 0.02, 1, 30, 200),
  bad: fc.constantFrom(0, 0, 0.0005, 0.002, 0.005, 0.01, 0.03, 0.2, 1),
  restarts: fc.boolean(),
});

/** Days and nights, outages, bursts, and deploys, over a number of steps. */
export function traffics(count: number, length: number, seed: number): Traffic[] {
  const stretches = fc.array(stretch, { minLength: 6, maxLength: 20 });
  return fc.sample(stretches, { numRuns: count, seed }).map((list) => traffic(list, length));
}

function traffic(list: readonly Stretch[], length: number): Traffic {
  const total = list.reduce((sum, { share }) => sum + share, 0);
  const steps: Step[] = Array.from({ length: QUIET_STEPS }, () => ({ requests: 0, bad: 0 }));
  const restarts = new Set<number>();
  for (const { share, requests, bad, restarts: isStart } of list) {
    if (isStart) restarts.add(steps.length);
    const size = Math.round((share / total) * (length - QUIET_STEPS));
    steps.push(...Array.from({ length: size }, () => ({ requests, bad: requests * bad })));
  }
  return { steps, restarts };
}

/** The counters of a backend that serves this traffic, in promtool's notation. */
export function counters({ steps, restarts }: Traffic, sli: Sli): Record<string, string> {
  const name = 'http_server_request_duration_seconds';
  const values = (pick: (step: Step) => number) => countedFrom(steps.map(pick), restarts);
  return sli.kind === 'latency'
    ? {
        [`${name}_bucket{job="api",http_route="/x",le="${sli.thresholdSeconds}"}`]: values(
          ({ requests, bad }) => requests - bad,
        ),
        [`${name}_bucket{job="api",http_route="/x",le="+Inf"}`]: values(({ requests }) => requests),
      }
    : {
        [`${name}_count{job="api",http_route="/x",http_response_status_code="200"}`]: values(
          ({ requests, bad }) => requests - bad,
        ),
        [`${name}_count{job="api",http_route="/x",http_response_status_code="500"}`]: values(
          ({ bad }) => bad,
        ),
      };
}

function countedFrom(increments: readonly number[], restarts: ReadonlySet<number>): string {
  let count = 0;
  return increments
    .map((increment, step) => {
      // A restart shows only when the new count is below the old one.
      count = restarts.has(step) && count > increment ? increment : count + increment;
      return count;
    })
    .join(' ');
}
