import { parser } from '@prometheus-io/lezer-promql';
import { alertmanagerDefinition, type Timings } from '../../lib/alerting/alertmanager.js';
import { type Severity, severities } from '../../lib/severity.js';
import type { AlertPattern } from '../breaks.js';
import { channels, localTopics, region } from '../environment.js';
import type { LoadedRule } from '../prometheus-api.js';
import { milliseconds } from '../time-lapse.js';

/** Who must hear of an alert, and how long that may take. */
export interface Expectation {
  readonly channels: readonly string[];
  /** From the break until everybody is told, at most. */
  readonly firingMs: number;
  /** From the mending until everybody is told, at most. */
  readonly resolveMs: number;
  /** What both together take as a rule. */
  readonly usualMs: number;
}

// In production's time: a scrape, what is recorded of it, what is recorded of that, the alert, and as much again.
const CHAIN_MS = 8 * 30_000;
// What takes as long at any speed, such as a queue that fills and heap that is collected.
const SLACK_MS = 60_000;

/** What a break may count on, by the rules that run and the routes that we deploy. */
export function expectationOf(
  pattern: AlertPattern,
  rules: readonly LoadedRule[],
  speed: number,
): Expectation {
  const own = rules.filter((rule) => mayBe(rule, pattern));
  if (own.length === 0) throw new Error(`no rule ${pattern.alert} is loaded`);
  const severity = severities.find((one) => own.some(({ labels }) => labels?.severity === one));
  const route = timingsOf(severity ?? 'critical');
  const routeMs = (name: keyof Timings) => milliseconds(route[name]) / speed;
  const chainMs = CHAIN_MS / speed;
  const windowMs = longest(own.map(({ query }) => windowOf(query, rules)));
  const forMs = longest(own.map(({ duration = 0 }) => duration * 1000));
  const keptMs = longest(own.map(({ keepFiringFor = 0 }) => keepFiringFor * 1000));
  const firingMs = windowMs + forMs + routeMs('group_wait') + chainMs;
  const resolveMs = windowMs + keptMs + routeMs('group_interval') + chainMs;
  return {
    channels: hearing(severity ?? 'critical'),
    firingMs: firingMs + SLACK_MS,
    resolveMs: resolveMs + SLACK_MS,
    usualMs: firingMs - windowMs / 2 + resolveMs,
  };
}

/** Whether alerts of this rule may have the labels: those that it does not set come from its samples. */
function mayBe({ type, name, labels = {} }: LoadedRule, pattern: AlertPattern): boolean {
  return (
    type === 'alerting' &&
    name === pattern.alert &&
    Object.entries(pattern.labels ?? {}).every(([key, value]) => (labels[key] ?? value) === value)
  );
}

function hearing(severity: Severity): string[] {
  return Object.entries(channels)
    .filter(([, heard]) => (heard as readonly Severity[]).includes(severity))
    .map(([name]) => name);
}

function timingsOf(severity: Severity): Timings {
  const { route } = alertmanagerDefinition(localTopics, region).alertmanager_config;
  const own = route.routes?.find(({ matchers }) => matchers?.includes(`severity = "${severity}"`));
  return own ?? route;
}

/** How far back an expression looks, also through what it reads of other rules. */
function windowOf(
  query: string,
  rules: readonly LoadedRule[],
  read: ReadonlySet<string> = new Set(),
): number {
  const ranges: number[] = [];
  const names = new Set<string>();
  parser.parse(query).iterate({
    enter({ name, from, to }) {
      const text = query.slice(from, to);
      if (name === 'NumberDurationLiteralInDurationContext') ranges.push(milliseconds(text));
      if (name === 'Identifier' && !read.has(text)) names.add(text);
    },
  });
  const known = new Set([...read, ...names]);
  const recorded = rules.filter(({ type, name }) => type === 'recording' && names.has(name));
  return longest(ranges) + longest(recorded.map((rule) => windowOf(rule.query, rules, known)));
}

function longest(durations: readonly number[]): number {
  return Math.max(0, ...durations);
}
