import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { memoryTier } from '../../../local/backend/cache.js';
import { samples } from './backend.js';

describe('memoryTier', () => {
  test('counts hits and misses apart', async () => {
    const registry = new Registry();
    const cache = memoryTier(registry, 'cells', 1_000, 10);
    cache.set('a', 'value');

    const found = [cache.get('a'), cache.get('a'), cache.get('b')];

    const after = samples(await registry.metrics());
    expect(found).toEqual(['value', 'value', undefined]);
    expect(after.sum('cache_requests_total', { result: 'hit' })).toBe(2);
    expect(after.sum('cache_requests_total', { result: 'miss' })).toBe(1);
  });

  test('forgets what is older than its time', async () => {
    const registry = new Registry();
    const cache = memoryTier(registry, 'cells', 20, 10);
    cache.set('a', 'value');
    await pause(40);

    const found = cache.get('a');

    expect(found).toBeUndefined();
    const after = samples(await registry.metrics());
    expect(after.sum('cache_evictions_total', { reason: 'ttl' })).toBe(1);
  });

  test('makes room by dropping the value that was set first', async () => {
    const registry = new Registry();
    const cache = memoryTier(registry, 'cells', 1_000, 2);

    for (const key of ['a', 'b', 'a', 'c']) cache.set(key, key);

    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c']);
    const after = samples(await registry.metrics());
    expect(after.sum('cache_evictions_total', { reason: 'capacity' })).toBe(1);
  });

  test('reports entries and bytes as they are', async () => {
    const registry = new Registry();
    const cache = memoryTier(registry, 'cells', 1_000, 10);
    cache.set('a', 'µm');
    cache.set('b', 'four');

    cache.del('b');

    const after = samples(await registry.metrics());
    expect(after.sum('cache_entries')).toBe(1);
    expect(after.sum('cache_size_bytes')).toBe(3);
    expect(after.sum('cache_evictions_total', { reason: 'explicit' })).toBe(1);
  });
});
