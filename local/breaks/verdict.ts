import type { AlertPattern, Break } from '../breaks.js';
import type { InboxMessage } from '../inbox/mailbox.js';
import type { Sighting } from './alert-watch.js';

/** Everything that happened from a break until all was quiet again. */
export interface Witnessed {
  readonly sightings: readonly Sighting[];
  readonly messages: readonly InboxMessage[];
  /** What did not become quiet in time. */
  readonly unrest: readonly string[];
}

/** What followed a break beside its alert. */
export interface Verdict {
  /** Alerts that the break declares as true as well. */
  readonly companions: readonly string[];
  /** What nobody declared: a defect of a rule, a route or the break. */
  readonly strays: readonly string[];
}

export function verdict(
  one: Pick<Break, 'alert' | 'labels' | 'companions'>,
  { sightings, messages, unrest }: Witnessed,
): Verdict {
  const declared = one.companions ?? [];
  const others = sightings.filter(({ firedAt, labels }) => firedAt && !matches(one, labels));
  const isDeclared = ({ labels }: Sighting) => declared.some((each) => matches(each, labels));
  const expected = new Set([one, ...declared].map(({ alert }) => alert));
  const seen = new Set(others.map(({ labels }) => labels.alertname));
  const unseen = messages.filter(
    ({ alertname }) => !expected.has(alertname) && !seen.has(alertname),
  );
  const described = (sighting: Sighting) => `${nameOf(sighting)}, ${told(sighting, messages)}`;
  return {
    companions: unique(others.filter(isDeclared).map(described)),
    strays: unique([
      ...others.filter((sighting) => !isDeclared(sighting)).map(described),
      ...unseen.map(({ alertname, channel, state }) => `${alertname}, ${state} in ${channel}`),
      ...repeated(messages),
      ...unrest,
    ]),
  };
}

export function matches({ alert, labels = {} }: AlertPattern, actual: Sighting['labels']): boolean {
  const isAlike = ([key, value]: [string, string]) => actual[key] === value;
  return actual.alertname === alert && Object.entries(labels).every(isAlike);
}

// What nearly every alert has, and tells no two of a name apart.
const common = new Set(['alertname', 'component']);

function nameOf({ labels }: Sighting): string {
  const own = Object.entries(labels).filter(([key]) => !common.has(key));
  return `${labels.alertname}{${own.map(([key, value]) => `${key}="${value}"`).join(', ')}}`;
}

function told({ labels }: Sighting, messages: readonly InboxMessage[]): string {
  const about = messages.filter(
    ({ alertname, state }) => alertname === labels.alertname && state === 'firing',
  );
  const heard = unique(about.map(({ channel }) => channel));
  return heard.length > 0 ? `told to ${heard.join(' and ')}` : 'told nobody';
}

/** Who hears of an alert again after its resolve is woken twice by one break. */
function repeated(messages: readonly InboxMessage[]): string[] {
  const resolved = new Set<string>();
  return messages.flatMap(({ channel, alertname, state }) => {
    const what = `${alertname} in ${channel}`;
    if (state === 'firing') return resolved.has(what) ? [`${what} fires again`] : [];
    resolved.add(what);
    return [];
  });
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
