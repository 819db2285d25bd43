import { setTimeout as pause } from 'node:timers/promises';
import type { Break } from './breaks.js';
import { channels } from './environment.js';
import { happens } from './happens.js';
import type { Pipeline } from './pipeline.js';
import { type ActiveAlert, activeAlerts } from './prometheus-api.js';
import type { Observed } from './timeline.js';

const POLL_MS = 200;
// In production's time; a time-lapse shortens it. The rest is what takes as long at any speed.
const FIRING_MINUTES = 10;
const RESOLVE_MINUTES = 20;
const SLACK_MS = 30_000;

/** The channels that must hear of a critical alert. */
export const criticalChannels = Object.entries(channels)
  .filter(([, severities]) => (severities as readonly string[]).includes('critical'))
  .map(([name]) => name);

/** Breaks something, waits for the messages, mends it, waits for the resolves; gives up after a while. */
export async function watchThrough(
  one: Break,
  { messages, prometheusUrl }: Pick<Pipeline, 'messages' | 'prometheusUrl'>,
  speed: number,
): Promise<Observed> {
  const about = () => messages().filter((message) => message.alertname === one.alert);
  const heard = (state: 'firing' | 'resolved') => {
    const reached = about().filter((message) => message.state === state);
    return criticalChannels.every((name) => reached.some(({ channel }) => channel === name));
  };
  const watched = watchAlert(one.alert, prometheusUrl);
  const patienceMs = (minutes: number) => (minutes * 60_000) / speed + SLACK_MS;

  const brokenAt = Date.now();
  await one.start();
  const fired = await happens(() => heard('firing'), patienceMs(FIRING_MINUTES));
  const mendedAt = Date.now();
  await one.mend();
  if (fired) await happens(() => heard('resolved'), patienceMs(RESOLVE_MINUTES));
  return { brokenAt, mendedAt, ...(await watched.stop()), messages: about() };
}

interface Seen {
  crossedAt?: number;
  firedAt?: number;
  clearedAt?: number;
}

/** Notes when an alert becomes active, fires and is gone. */
function watchAlert(alertname: string, prometheusUrl: string): { stop: () => Promise<Seen> } {
  const seen: Seen = {};
  const note = (alert: ActiveAlert | undefined) => {
    // Not the first one seen: an alert may have been pending for another reason, and passed.
    if (alert && !seen.clearedAt) seen.crossedAt = Date.parse(alert.activeAt);
    if (alert?.state === 'firing') seen.firedAt ??= Date.now();
    if (!alert && seen.firedAt) seen.clearedAt ??= Date.now();
  };
  let watching = true;
  const watch = async () => {
    while (watching) {
      const alerts = await activeAlerts(prometheusUrl).catch(() => undefined);
      const mine = alerts?.filter(({ labels }) => labels.alertname === alertname);
      if (mine) note(mine.find(({ state }) => state === 'firing') ?? mine[0]);
      await pause(POLL_MS);
    }
  };
  const over = watch();
  return {
    async stop() {
      watching = false;
      await over;
      return seen;
    },
  };
}
