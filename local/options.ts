import { InvalidArgumentError } from 'commander';
import { type BreakName, breakNames } from './breaks.js';

/** How many times as fast as in production time runs, unless the person says otherwise. */
export const DEFAULT_SPEED = 10;

// Faster, a scrape would be due more than twice a second.
const MAX_SPEED = 60;

export function speed(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= MAX_SPEED) return value;
  throw new InvalidArgumentError(`must be between 1 and ${MAX_SPEED}`);
}

export function breakName(text: string): BreakName {
  const name = breakNames.find((one) => one === text);
  if (name) return name;
  throw new InvalidArgumentError(`must be one of ${breakNames.join(', ')}`);
}

/** Collects an option that may be given more than once. */
export function breakList(text: string, before: readonly BreakName[] = []): readonly BreakName[] {
  return [...before, breakName(text)];
}

/** What the demo goes through: the breaks that are named, in that order, or all. */
export function breaksToShow(
  text: string,
  before: readonly BreakName[] = [],
): readonly BreakName[] {
  return text === 'all' ? breakNames : breakList(text, before);
}

const unitHours = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };
// Prometheus counts nanoseconds in 64 bits, which end after 292 years.
const MAX_RETENTION_YEARS = 100;

export function retention(text: string): string {
  const [, count, unit] = /^([1-9]\d*)([hdwy])$/.exec(text) ?? [];
  if (!unit) {
    throw new InvalidArgumentError('must be a number of hours, days, weeks or years, such as 30d');
  }
  if (
    Number(count) * unitHours[unit as keyof typeof unitHours] >
    MAX_RETENTION_YEARS * unitHours.y
  ) {
    throw new InvalidArgumentError(`must be at most ${MAX_RETENTION_YEARS}y`);
  }
  return text;
}

// The highest of our ports must still be one.
export const MAX_OFFSET = 49_000;

export function portOffset(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= MAX_OFFSET) return value;
  throw new InvalidArgumentError(`must be a whole number between 0 and ${MAX_OFFSET}`);
}
