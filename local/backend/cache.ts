import type { Metrics } from './metrics.js';

export interface Cache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): void;
}

type Reason = 'ttl' | 'capacity' | 'explicit';

interface Entry {
  readonly value: string;
  readonly bytes: number;
  readonly expiresAt: number;
}

const labels = { cache_tier: 'memory', cache: 'cells' };

/** Texts in the memory of this process, each for the same time; the oldest makes room. */
export function memoryCache(metrics: Metrics, ttlMs: number, capacity: number): Cache {
  const { requests, duration, entries, size, evictions } = metrics.cache;
  const store = expiringStore(ttlMs, capacity, (reason) => evictions.inc({ ...labels, reason }));
  const timed = <T>(operation: 'get' | 'set' | 'del', work: () => T): T => {
    const stop = duration.startTimer({ cache_tier: labels.cache_tier, operation });
    const result = work();
    stop();
    return result;
  };
  metrics.onScrape(() => {
    const held = store.values();
    entries.set(labels, held.length);
    size.set(
      labels,
      held.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });
  return {
    get(key) {
      const value = timed('get', () => store.get(key));
      requests.inc({ ...labels, result: value === undefined ? 'miss' : 'hit' });
      return value;
    },
    set: (key, value) => timed('set', () => store.set(key, value)),
    delete: (key) => timed('del', () => store.remove(key, 'explicit')),
  };
}

function expiringStore(ttlMs: number, capacity: number, evicted: (reason: Reason) => void) {
  // All live equally long and a new value goes to the end, so the first is always the next to expire.
  const held = new Map<string, Entry>();
  const remove = (key: string, reason: Reason) => {
    if (held.delete(key)) evicted(reason);
  };
  const current = () => {
    const now = Date.now();
    for (const [key, entry] of held) {
      if (entry.expiresAt > now) break;
      remove(key, 'ttl');
    }
    return held;
  };
  return {
    get: (key: string) => current().get(key)?.value,
    values: () => [...current().values()],
    remove,
    set(key: string, value: string) {
      held.delete(key);
      const [oldest] = current().keys();
      if (held.size >= capacity && oldest !== undefined) remove(oldest, 'capacity');
      held.set(key, { value, bytes: Buffer.byteLength(value), expiresAt: Date.now() + ttlMs });
    },
  };
}
