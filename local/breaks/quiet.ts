import { setTimeout as pause } from 'node:timers/promises';
import type { InboxMessage } from '../inbox/mailbox.js';
import type { AlertWatch } from './alert-watch.js';

const POLL_MS = 200;
// In production's time: three evaluations, in which what was recorded before may still make an alert true.
const SETTLED_MS = 90_000;
// The longest that an alert about a short break lasts: the window of half an hour of a budget that burns, its
// `keep_firing_for`, and the next message of a warning.
const PATIENCE_MS = 50 * 60_000;

/** Waits until no alert is active and each message has its resolve; returns what still fires or is open. */
export async function untilQuiet(
  watch: Pick<AlertWatch, 'active'>,
  messages: () => readonly InboxMessage[],
  speed: number,
): Promise<readonly string[]> {
  const deadline = Date.now() + PATIENCE_MS / speed;
  let quietSince = Date.now();
  while (Date.now() < deadline) {
    await pause(POLL_MS);
    const isQuiet = watch.active()?.length === 0 && unresolved(messages()).length === 0;
    if (!isQuiet) quietSince = Date.now();
    if (Date.now() - quietSince > SETTLED_MS / speed) return [];
  }
  // An alert that is pending for so long has not fired, which is all that may be asked of it.
  const firing = watch.active()?.filter(({ state }) => state === 'firing') ?? [];
  return [
    ...firing.map(({ labels }) => `${labels.alertname} still fires`),
    ...unresolved(messages()),
  ];
}

/** Of which alerts a channel was told, and not of their end. */
export function unresolved(messages: readonly InboxMessage[]): string[] {
  const last = new Map(
    messages.map(({ channel, alertname, state }) => [`${alertname} in ${channel}`, state]),
  );
  return [...last]
    .filter(([, state]) => state === 'firing')
    .map(([what]) => `${what} is not resolved`);
}
