import type { Break } from '../breaks.js';
import { happens } from '../happens.js';
import type { InboxMessage } from '../inbox/mailbox.js';
import type { Pipeline } from '../pipeline.js';
import { loadedRules } from '../prometheus-api.js';
import { isAboutMachine, isTelling, type Sighting, watchAlerts } from './alert-watch.js';
import { expectationOf } from './expectation.js';
import { untilQuiet } from './quiet.js';
import type { Observed } from './timeline.js';
import { matches, type Verdict, verdict } from './verdict.js';

/** A break from its start until everything was quiet again. */
export interface SeenThrough extends Verdict {
  readonly observed: Observed;
  /** Who must have heard. */
  readonly channels: readonly string[];
  /** Alerts about all that runs on this machine, which somebody was told of meanwhile. */
  readonly machine: readonly string[];
}

/** Breaks something, waits for the messages, mends it, waits for the resolves and for quiet; each not for ever. */
export async function watchThrough(
  one: Break,
  { messages, prometheusUrl }: Pick<Pipeline, 'messages' | 'prometheusUrl'>,
  speed: number,
): Promise<SeenThrough> {
  const expected = expectationOf(one, await loadedRules(prometheusUrl), speed);
  const before = messages().length;
  const all = () => messages().slice(before);
  const since = () => all().filter(({ alertname }) => isTelling(alertname));
  const about = () => since().filter(({ alertname }) => alertname === one.alert);
  const heard = (state: InboxMessage['state']) => {
    const reached = about().filter((message) => message.state === state);
    return expected.channels.every((name) => reached.some(({ channel }) => channel === name));
  };
  const watch = watchAlerts(prometheusUrl);
  try {
    const brokenAt = Date.now();
    await one.start();
    const fired = await happens(() => heard('firing'), expected.firingMs);
    const mendedAt = Date.now();
    await one.mend();
    if (fired) await happens(() => heard('resolved'), expected.resolveMs);
    const unrest = await untilQuiet(watch, since, speed);
    const seen = { sightings: watch.sightings(), messages: since(), unrest };
    const times = timesOf(one, seen.sightings);
    const { channels } = expected;
    const observed = { brokenAt, mendedAt, ...times, messages: about() };
    const busy = all().filter(({ alertname }) => isAboutMachine(alertname));
    const machine = [...new Set(busy.map(({ alertname }) => alertname))];
    return { observed, channels, machine, ...verdict(one, seen) };
  } finally {
    await watch.stop();
  }
}

function timesOf(one: Break, sightings: readonly Sighting[]): Partial<Observed> {
  const own = sightings.filter(({ labels }) => matches(one, labels));
  const { crossedAt, firedAt, clearedAt } = own.find((each) => each.firedAt) ?? own[0] ?? {};
  return {
    ...(crossedAt !== undefined && { crossedAt }),
    ...(firedAt !== undefined && { firedAt }),
    ...(clearedAt !== undefined && { clearedAt }),
  };
}
