// Ends by itself: a loop that outlives its test would keep Jest alive.
const PATIENCE_MS = 14_000;

/** Waits for what happens in its own time. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
