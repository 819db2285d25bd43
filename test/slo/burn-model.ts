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

/** For how many minutes a condition must hold until its alert fires, and be over until it ends. */
interface Holds {
  readonly hold: number;
  readonly keep: number;
}

const minutes = {
  fast: { hold: 3, keep: 4 },
  slow: { hold: 15, keep: 30 },
} as const satisfies Record<Burn, Holds>;

/** HttpErrorRateHigh, after which a page of the same outage would be its second. */
const outage = { hold: 2, keep: 5, share: 0.05, requestsIn5m: 15, rememberedHours: 0.75 };

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
    return quotient(bad, requests);
  }

  /** Whether the alert is beyond doubt firing, beyond doubt silent, or too close to a threshold to say. */
  alert(end: number, burn: Burn): 'firing' | 'silent' | 'open' {
    return this.#alert(end, minutes[burn], (step) => this.#pages(step, burn));
  }

  #alert(end: number, { hold, keep }: Holds, condition: (step: number) => boolean | undefined) {
    const past = (duration: number) => this.#past(end, duration / 60);
    if (past(hold).every((step) => condition(step) === true)) return 'firing';
    if (past(keep).every((step) => condition(step) === false)) return 'silent';
    return 'open';
  }

  #pages(end: number, burn: Burn): boolean | undefined {
    const isSaid =
      burn === 'fast' && this.slo.sli.kind === 'availability' && this.#isSaidAlready(end);
    return all([this.#burns(end, burn), not(isSaid)]);
  }

  /** Whether HttpErrorRateHigh has paged for an outage that burns too slowly by now to page again. */
  #isSaidAlready(end: number): boolean | undefined {
    const limit = Math.min(...legs(this.slo, 'fast').map(({ factor }) => factor));
    return all([this.#wasOutage(end), not(this.#fails(end, limit * errorBudget(this.slo)))]);
  }

  #wasOutage(end: number): boolean | undefined {
    const isOutage = (step: number) => all([this.#fails(step, outage.share), this.#isBusy(step)]);
    const past = this.#past(end, outage.rememberedHours).map((step) =>
      this.#alert(step, outage, isOutage),
    );
    // What fired only in the first of these steps may be forgotten.
    if (past.slice(0, -6).includes('firing')) return true;
    return past.every((state) => state === 'silent') ? false : undefined;
  }

  /** Whether more than a share of the last 5 minutes is bad; who is not asked fails nobody. */
  #fails(end: number, share: number): boolean | undefined {
    const requests = this.#count(this.#requests, end, 1 / 12, 1);
    const bad = this.#count(this.#bad, end, 1 / 12, 1);
    return requests.high === 0 ? false : isAbove(quotient(bad, requests), share);
  }

  #isBusy(end: number): boolean | undefined {
    return isAbove(this.#count(this.#requests, end, 1 / 12, 1), outage.requestsIn5m);
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

  #count(
    sums: readonly number[],
    end: number,
    hours: number,
    edge = EDGE_SECONDS / this.stepSeconds,
  ): Range {
    const start = end - this.#steps(hours);
    const at = (step: number) => sums[Math.max(0, step)] ?? 0;
    return {
      low: Math.max(0, at(end - edge) - at(start)),
      high: at(end) - at(start - edge),
    };
  }

  /** A moment and the steps before it, the last first, and two more: evaluations are not to the second. */
  #past(end: number, hours: number): number[] {
    return Array.from({ length: this.#steps(hours) + 2 }, (_, back) => end - back);
  }

  #steps(hours: number): number {
    return Math.round((hours * 3600) / this.stepSeconds);
  }
}

function quotient(part: Range, whole: Range): Range {
  return {
    low: whole.high > 0 ? part.low / whole.high : 0,
    high: whole.low > 0 ? part.high / whole.low : Number.POSITIVE_INFINITY,
  };
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

function not(verdict: boolean | undefined): boolean | undefined {
  return verdict === undefined ? undefined : !verdict;
}
