import { parse } from 'yaml';
import type { Resource } from './deployment';

interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
}

export interface SnsReceiver {
  readonly name: string;
  readonly sns_configs?: readonly {
    readonly topic_arn: string;
    readonly send_resolved?: boolean;
    readonly sigv4?: { readonly region?: string };
  }[];
}

interface InhibitRule {
  readonly source_matchers?: readonly string[];
  readonly target_matchers?: readonly string[];
  readonly equal?: readonly string[];
}

/** The part of an alert manager's configuration that decides where alerts go. */
export interface Routing {
  readonly route: Route;
  readonly inhibit_rules?: readonly InhibitRule[];
  readonly receivers: readonly SnsReceiver[];
}

/** The routing of a workspace; nothing if it has no definition. */
export function routingOf({ properties }: Resource): Routing | undefined {
  const definition = properties.AlertManagerDefinition;
  if (typeof definition !== 'string') return undefined;
  return parse(parse(definition).alertmanager_config) as Routing;
}

/** The names of all receivers that a route leads to. */
export function receiversIn(route: Route): string[] {
  return [
    ...(route.receiver ? [route.receiver] : []),
    ...(route.routes ?? []).flatMap(receiversIn),
  ];
}

/** The names of the receivers that an alert with these labels reaches, as Alertmanager picks them. */
export function receiversFor(
  route: Route,
  labels: Readonly<Record<string, string>>,
  inherited = '',
): string[] {
  const receiver = route.receiver ?? inherited;
  const found: string[] = [];
  for (const child of route.routes ?? []) {
    if (!matchesAll(child.matchers, labels)) continue;
    found.push(...receiversFor(child, labels, receiver));
    if (child.continue !== true) return found;
  }
  return found.length > 0 ? found : [receiver];
}

/** Whether every matcher holds; none at all hold for everything. */
export function matchesAll(
  matchers: readonly string[] = [],
  labels: Readonly<Record<string, string>>,
): boolean {
  return matchers.every((matcher) => matchesLabels(matcher, labels));
}

function matchesLabels(matcher: string, labels: Readonly<Record<string, string>>): boolean {
  const [, name = '', operator = '', value = ''] =
    /^\s*(\w+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/.exec(matcher) ?? [];
  const actual = labels[name] ?? '';
  const isEqual = operator.endsWith('~')
    ? new RegExp(`^(?:${value})$`).test(actual)
    : actual === value;
  return operator.startsWith('!') ? !isEqual : isEqual;
}

/** The ARNs of the topics that a receiver publishes to. */
export function topicsOf({ sns_configs = [] }: SnsReceiver): string[] {
  return sns_configs.map(({ topic_arn }) => topic_arn);
}

/** The ARNs of the topics that an alert with these labels is published to. */
export function topicsFor(
  { route, receivers }: Routing,
  labels: Readonly<Record<string, string>>,
): string[] {
  const reached = receiversFor(route, labels);
  return receivers.filter(({ name }) => reached.includes(name)).flatMap(topicsOf);
}
