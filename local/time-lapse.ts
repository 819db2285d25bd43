import { parser } from '@prometheus-io/lezer-promql';
import { isScalar, parseDocument, Scalar, visit } from 'yaml';

/**
 * A rule file whose time runs `speed` times as fast: intervals, `for`, `keep_firing_for` and every range,
 * offset and subquery step inside an expression. All other text is kept, and at speed 1 every byte.
 */
export function accelerated(ruleText: string, speed: number): string {
  if (speed === 1) return ruleText;
  const edits: Edit[] = [];
  visit(parseDocument(ruleText), {
    Pair(_, { key, value }) {
      // A label may be called `interval` too.
      if (isScalar(key) && texts.has(key.value)) return visit.SKIP;
      if (!isScalar(key) || !isScalar(value) || !value.range) return undefined;
      const [start, end] = value.range;
      const edited = editedScalar(String(key.value), value, ruleText.slice(start, end), speed);
      if (edited !== undefined) edits.push({ start, end, text: edited });
      return undefined;
    },
  });
  return withEdits(ruleText, edits);
}

/** The same for a configuration object, such as Alertmanager's routes or Prometheus' scrape jobs. */
export function acceleratedTimings<T>(configuration: T, speed: number): T {
  if (speed === 1) return configuration;
  return JSON.parse(JSON.stringify(configuration), (key, value) =>
    timings.has(key) && typeof value === 'string' ? acceleratedDuration(value, speed) : value,
  );
}

/** `5m` at speed 10 is `30s`. */
export function acceleratedDuration(duration: string, speed: number): string {
  if (speed === 1) return duration;
  return formatted(Math.max(1, Math.round(milliseconds(duration) / speed)));
}

const timings = new Set([
  'interval',
  'for',
  'keep_firing_for',
  'evaluation_interval',
  'scrape_interval',
  'scrape_timeout',
  'group_wait',
  'group_interval',
  'repeat_interval',
]);

const texts = new Set<unknown>(['labels', 'annotations']);

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function editedScalar(
  key: string,
  scalar: Scalar,
  source: string,
  speed: number,
): string | undefined {
  if (timings.has(key)) return acceleratedDuration(String(scalar.value), speed);
  if (key !== 'expr') return undefined;
  // In a quoted expression the source has escapes; in every other style PromQL can be read in place.
  if (scalar.type === Scalar.QUOTE_DOUBLE || scalar.type === Scalar.QUOTE_SINGLE) {
    return JSON.stringify(acceleratedExpression(String(scalar.value), speed));
  }
  const body = scalar.type === Scalar.PLAIN ? 0 : source.indexOf('\n') + 1;
  return source.slice(0, body) + acceleratedExpression(source.slice(body), speed);
}

function acceleratedExpression(expression: string, speed: number): string {
  const edits: Edit[] = [];
  parser.parse(expression).iterate({
    enter({ name, from, to }) {
      // The same spelling elsewhere is a number or a string: `vector(5m)`, `{window="5m"}`.
      if (name !== 'NumberDurationLiteralInDurationContext') return;
      const text = acceleratedDuration(expression.slice(from, to), speed);
      edits.push({ start: from, end: to, text });
    },
  });
  return withEdits(expression, edits);
}

function withEdits(text: string, edits: readonly Edit[]): string {
  const backwards = [...edits].sort((a, b) => b.start - a.start);
  return backwards.reduce(
    (edited, { start, end, text: replacement }) =>
      edited.slice(0, start) + replacement + edited.slice(end),
    text,
  );
}

const unitMs = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3, y: 31_536_000e3 };

/** `1m30s`, as Prometheus writes it. */
export function milliseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  // https://prometheus.io/docs/prometheus/latest/querying/basics/#time-durations: a bare number is seconds.
  if (parts.length === 0) return Number(duration) * 1000;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  );
}

function formatted(durationMs: number): string {
  const units = ['h', 'm', 's'] as const;
  const unit = units.find((one) => durationMs % unitMs[one] === 0) ?? 'ms';
  return `${durationMs / unitMs[unit]}${unit}`;
}
