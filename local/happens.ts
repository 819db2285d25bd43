import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;

/** Whether a condition becomes true in time, and before the wait is called off. */
export async function happens(
  condition: () => boolean | Promise<boolean>,
  patienceMs: number,
  calledOff?: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && !calledOff?.aborted) {
    if (await condition()) return true;
    await pause(POLL_MS);
  }
  return false;
}
