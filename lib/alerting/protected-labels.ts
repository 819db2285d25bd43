import { perSeverity } from '../severity.js';
import { alertmanagerDefinition, type Route } from './alertmanager.js';
import { promqlTree } from './promql-tree.js';

const { route, inhibit_rules } = alertmanagerDefinition(
  { messages: perSeverity(() => ''), email: perSeverity(() => ''), heartbeat: '' },
  '',
).alertmanager_config;

const allRoutes = (one: Route): readonly Route[] => [one, ...(one.routes ?? []).flatMap(allRoutes)];

const matchers = [
  ...allRoutes(route).flatMap((one) => one.matchers ?? []),
  ...inhibit_rules.flatMap((one) => [...one.source_matchers, ...one.target_matchers]),
];

/** The labels by which the alert manager groups, routes and mutes. */
export const routingLabels: ReadonlySet<string> = new Set([
  ...allRoutes(route).flatMap((one) => one.group_by ?? []),
  ...inhibit_rules.flatMap((one) => one.equal),
  ...matchers.map((matcher) => matcher.split(/\s*[=!]/)[0] ?? ''),
]);

/** The alerts that have a route of their own, because something outside waits for exactly them. */
export const routedAlerts: ReadonlySet<string> = new Set(
  allRoutes(route)
    .flatMap((one) => one.matchers ?? [])
    .flatMap((matcher) => /^alertname = "(.+)"$/.exec(matcher)?.[1] ?? []),
);

/** The labels that an expression, or a text about its result, speaks of. */
export function labelsOfSeries(expression: string, texts: readonly string[]): ReadonlySet<string> {
  const names = new Set(
    texts.flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name)),
  );
  promqlTree(expression).iterate({
    enter({ name, from, to }) {
      if (name === 'LabelName') names.add(expression.slice(from, to));
    },
  });
  return names;
}
