import type { Burn, Slo } from './objectives.js';

/** A burn that counts when both windows show it: the long one that it matters, the short one that it lasts. */
export interface Leg {
  readonly long: Window;
  readonly short: Window;
  /** How many times as fast as allowed the budget burns. */
  readonly factor: number;
}

export interface Window {
  readonly name: string;
  readonly hours: number;
  readonly words: string;
}

const window = (name: string, hours: number, words: string): Window => ({ name, hours, words });

// https://sre.google/workbook/alerting-on-slos/#recommended_parameters_for_an_slo_based_alerting_configuration
// Percent: which part of the budget must be gone when the long window is over.
const windows = {
  fast: [
    { long: window('1h', 1, '1 hour'), short: window('5m', 1 / 12, '5 minutes'), percent: 2 },
    { long: window('6h', 6, '6 hours'), short: window('30m', 0.5, '30 minutes'), percent: 5 },
  ],
  slow: [
    { long: window('1d', 24, '1 day'), short: window('2h', 2, '2 hours'), percent: 10 },
    { long: window('3d', 72, '3 days'), short: window('6h', 6, '6 hours'), percent: 10 },
  ],
} as const satisfies Record<Burn, readonly object[]>;

/** The burn rates at which the alert of this urgency fires: any of them. */
export function legs({ windowDays }: Pick<Slo, 'windowDays'>, burn: Burn): Leg[] {
  return windows[burn].map(({ long, short, percent }) => {
    const factor = (percent / 100) * ((windowDays * 24) / long.hours);
    // Who burns slower than 1 keeps the objective, however short its window is.
    return { long, short, factor: tidy(Math.max(1, factor)) };
  });
}

/** The share of requests that may be bad. */
export function errorBudget({ objective }: Pick<Slo, 'objective'>): number {
  return tidy((100 - objective) / 100);
}

/** Without the last digits of binary fractions, which nobody would review: 0.001, not 0.000999…943. */
export function tidy(value: number): number {
  return Number(value.toPrecision(9));
}
