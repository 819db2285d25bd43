import { once, setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'pg';

const RETRY_MS = 200;

/** Takes every connection of a pool into an open transaction, as code that forgets its commit does. */
export function leakPool(pool: Pool): { mend(): Promise<void> } {
  const mended = new AbortController();
  setMaxListeners(pool.options.max, mended.signal);
  const holders = Array.from({ length: pool.options.max }, async () => {
    while (!mended.signal.aborted) {
      await hold(pool, mended.signal).catch(() => setTimeout(RETRY_MS));
    }
  });
  return {
    async mend() {
      mended.abort();
      await Promise.all(holders);
    },
  };
}

async function hold(pool: Pool, mended: AbortSignal) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select count(*) from cells');
    // Until it is mended, or the server closes the connection: then the rollback fails.
    await once(client, 'end', { signal: mended }).catch(() => {});
    await client.query('rollback');
    client.release();
  } catch {
    client.release(true);
  }
}
