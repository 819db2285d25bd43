import { errorBudget, legs } from '../../lib/slo/burn';
import type { Burn, Slo } from '../../lib/slo/objectives';

/** What came in during one step of time. */
export interface Step {
  readonly requests: number;
  readonly bad: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

const EDGE_SECONDS = 300;

const minutes = {
  fast: { hold: 2, keep: 10 },
  slow: { hold: 15, keep: 30 },
} as const satisfies Record<Burn, object>;

/**
 * Burn rates counted directly from the requests of a window. The rules may differ by what came in during the 5
 * minutes at either edge of it, so everything is a range.
 */
export class BurnModel {
  readonly #requests: readonly number[];
  readonly #bad: readonly number[];

  constructor(
    private readonly slo: Slo,
    steps: readonly Step[],
    private readonly stepSeconds: number,
  ) {
    this.#requests = runningSums(steps.map(({ requests }) => requests));
    this.#bad = runningSums(steps.map(({ bad }) => bad));
  }

  /** The share of bad requests in the window that ends with a step; `high` is Infinity if there may be none. */
  ratio(end: number, hours: number): Range {
    const requests = this.#count(this.#requests, end, hours);
    const bad = this.#count(this.#bad, end, hours);
    return {
      low: requests.high > 0 ? bad.low / requests.high : 0,
      high: requests.low > 0 ? bad.high / requests.low : Number.POSITIVE_INFINITY,
    };
  }

  /** Whether the alert is beyond doubt firing, beyond doubt silent, or too close to a threshold to say. */
  alert(end: number, burn: Burn): 'firing' | 'silent' | 'open' {
    const { hold, keep } = minutes[burn];
    const past = (duration: number) =>
      Array.from({ length: this.#steps(duration / 60) + 2 }, (_, back) => end - back);
    if (past(hold).every((step) => this.#burns(step, burn) === true)) return 'firing';
    if (past(keep).every((step) => this.#burns(step, burn) === false)) return 'silent';
    return 'open';
  }

  #burns(end: number, burn: Burn): boolean | undefined {
    const verdicts = legs(this.slo, burn).map(({ long, short, factor }) => {
      const limit = factor * errorBudget(this.slo);
      const quarter = this.#steps(long.hours / 4);
      return all([
        isAbove(this.ratio(end, long.hours), limit),
        isAbove(this.ratio(end, short.hours), limit),
        isAbove(this.#count(this.#bad, end, long.hours), 5),
        isAbove({ low: end - 20, high: end + 20 }, quarter),
      ]);
    });
    return verdicts.includes(true)
      ? true
      : verdicts.every((one) => one === false)
        ? false
        : undefined;
  }

  #count(sums: readonly number[], end: number, hours: number): Range {
    const start = end - this.#steps(hours);
    const edge = EDGE_SECONDS / this.stepSeconds;
    const at = (step: number) => sums[Math.max(0, step)] ?? 0;
    return {
      low: Math.max(0, at(end - edge) - at(start)),
      high: at(end) - at(start - edge),
    };
  }

  #steps(hours: number): number {
    return Math.round((hours * 3600) / this.stepSeconds);
  }
}

function runningSums(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

// Sums of binary fractions miss a threshold by their last digits.
const SLACK = 1e-6;

function isAbove({ low, high }: Range, limit: number): boolean | undefined {
  if (low > limit * (1 + SLACK)) return true;
  return high < limit * (1 - SLACK) ? false : undefined;
}

function all(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}
