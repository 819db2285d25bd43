import { Redis } from 'ioredis';
import type { Registry } from 'prom-client';
import { measuredCache } from '../../lib/instrumentation/index.js';

// A request waits for its cache no longer than it would take to do without.
const PATIENCE_MS = 250;
const RECONNECT_MS = 500;

/** Texts in Redis, each for the same time. While Redis is away, everything fails at once or soon. */
export function redisTier(registry: Registry, name: string, url: string, ttlMs: number) {
  const client = new Redis(url, {
    connectTimeout: 2_000,
    commandTimeout: PATIENCE_MS,
    // What it cannot do now would otherwise wait for the connection, and the request with it.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => RECONNECT_MS,
  });
  // Each failed attempt to connect says so here; what a request loses by it, the measurement counts.
  client.on('error', () => {});
  const measured = measuredCache(registry, {
    tier: 'redis',
    name,
    get: (key: string) => client.get(key),
    set: (key: string, value: string) => client.set(key, value, 'PX', ttlMs),
    del: (key: string) => client.del(key),
  });
  return { ...measured, close: () => client.disconnect() };
}
