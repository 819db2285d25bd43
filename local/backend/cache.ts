import type { Registry } from 'prom-client';
import { measuredCache } from '../../lib/instrumentation/index.js';

/** Texts by their key; each may also be answered later, as by another process. */
export interface Tier {
  get(key: string): Awaitable<string | null | undefined>;
  set(key: string, value: string): Awaitable<unknown>;
  del(key: string): Awaitable<unknown>;
}

type Awaitable<T> = T | Promise<T>;

type Reason = 'ttl' | 'capacity' | 'explicit';

interface Entry {
  readonly value: string;
  readonly bytes: number;
  readonly expiresAt: number;
}

/** Texts in the memory of this process, each for the same time; the oldest makes room. */
export function memoryTier(registry: Registry, name: string, ttlMs: number, capacity: number) {
  const store = expiringStore(ttlMs, capacity, (reason) => measured.evicted(reason));
  const measured = measuredCache(registry, {
    tier: 'memory',
    name,
    get: store.get,
    set: store.set,
    del: (key: string) => store.remove(key, 'explicit'),
    entries: () => store.values().length,
    bytes: () => store.values().reduce((sum, { bytes }) => sum + bytes, 0),
  });
  return measured;
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
