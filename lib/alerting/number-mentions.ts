import { durationSeconds } from './prometheus-duration.js';

/**
 * The words of a text that would lie if the threshold were another one, such as `5 %` of 0.05. A number that
 * is spelled out may be a part of it, as in "one request in five seconds" of 0.2.
 */
export function thresholdMention(text: string, threshold: number): string | undefined {
  const mentions = mentionsIn(text);
  const found = mentions.find((mention) => meanings(mention).some((one) => isSame(one, threshold)));
  return (found ?? mentions.find(({ words }) => /^[a-z]/i.test(words)))?.words;
}

/**
 * The words of a text that would lie if the alert waited longer or shorter: `5 minutes` of 5m, and what may
 * be the wait and a range of the expression together, as 15 minutes of 10m and `rate5m`.
 */
export function durationMention(
  text: string,
  duration: string,
  expression: string,
): string | undefined {
  const wait = durationSeconds(duration) ?? Number.NaN;
  const ranges = rangesIn(expression);
  const longest = Math.max(0, ...ranges);
  const read = [...ranges, ...numbersIn(expression)];
  return mentionsIn(text).find(({ value, unit }) => {
    const seconds = value * (secondsOf[unit] ?? Number.NaN);
    const isSum = seconds > wait && seconds <= wait + longest;
    return isSame(seconds, wait) || (isSum && !read.some((one) => isSame(one, seconds)));
  })?.words;
}

/** As `[5m]`, `:rate5m` and `offset 5m` name them. */
function rangesIn(expression: string): number[] {
  const found = expression.matchAll(/(?<![\d.])((?:\d+(?:ms|[smhdwy]))+)(?!\w)/g);
  return [...found].map(([range]) => durationSeconds(range) ?? 0);
}

/** As `2` and `4 * 3600` name them. */
function numbersIn(expression: string): number[] {
  const found = expression.matchAll(/(?<![\w.])[\d.]+(?:\s*\*\s*[\d.]+)*(?![\w.])/g);
  return [...found].map(([text]) => text.split('*').reduce((all, one) => all * Number(one), 1));
}

interface Mention {
  readonly words: string;
  readonly value: number;
  readonly unit: string;
}

const secondsOf: Readonly<Record<string, number>> = {
  ...{ ms: 0.001, millisecond: 0.001, milliseconds: 0.001 },
  ...{ s: 1, second: 1, seconds: 1 },
  ...{ m: 60, min: 60, minute: 60, minutes: 60 },
  ...{ h: 3_600, hour: 3_600, hours: 3_600 },
  ...{ d: 86_400, day: 86_400, days: 86_400 },
};

const thousands: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

const spelled = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const pattern = new RegExp(
  `(?<![\\w.])(\\d[\\d,]*(?:\\.\\d+)?|(?:${spelled.join('|')})\\b)(?:(\\s*)(%|[A-Za-z]+))?`,
  'gi',
);

/** Numbers as people write them, outside of templates: `5 %`, `10,000`, `2s`, `5 minutes`, `five minutes`. */
function mentionsIn(text: string): Mention[] {
  const numbers = text.replace(/\{\{.*?\}\}/gs, ' ').matchAll(pattern);
  return [...numbers].flatMap(([words, number = '', space = '', word = '']) => {
    const value = numberOf(number);
    if (isUnit(word)) return [{ words, value, unit: word }];
    // `5xx` is no 5.
    return word !== '' && space === '' ? [] : [{ words: number, value, unit: '' }];
  });
}

function numberOf(number: string): number {
  const index = spelled.indexOf(number.toLowerCase());
  return index < 0 ? Number(number.replaceAll(',', '')) : index + 2;
}

const isPercent = (unit: string) => unit === '%' || unit === 'percent';
const isUnit = (word: string) =>
  word in secondsOf || isPercent(word) || /^[kmgt]i?b(yte)?s?$/i.test(word);

function meanings({ value, unit }: Mention): readonly number[] {
  const seconds = secondsOf[unit];
  if (seconds !== undefined) return [value * seconds];
  // "Less than 15 % free" is "more than 85 % used".
  if (isPercent(unit)) return [value, value / 100, 1 - value / 100, 100 - value];
  const power = thousands[unit.charAt(0).toLowerCase()] ?? 0;
  // People call both a megabyte.
  return [value * 1_000 ** power, value * 1_024 ** power];
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));
}
