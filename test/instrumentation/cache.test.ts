import { setTimeout } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { measuredCache } from '../../lib/instrumentation/cache';
import { samples, zeros } from '../support/http-samples';

const tier = 'memory';
const name = 'cells';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const requests = () => samples(registry, 'cache_requests_total');

describe('measuredCache', () => {
  test('counts hits and misses of a cache in memory, which still answers at once', async () => {
    const store = new Map<string, string>();
    const cache = measuredCache(registry, {
      tier,
      name,
      get: (key: string) => store.get(key),
      set: (key: string, value: string) => void store.set(key, value),
      del: (key: string) => store.delete(key),
    });
    const before = await zeros(registry, 'cache_requests_total');

    cache.set('a', '1');
    const answers: (string | undefined)[] = [cache.get('a'), cache.get('b')];
    const isDeleted: boolean = cache.del('a');

    expect(before).toEqual(['hit', 'miss', 'stale', 'error'].map((end) => `memory cells ${end}`));
    expect(answers).toEqual(['1', undefined]);
    expect(isDeleted).toBe(true);
    expect(await requests()).toEqual({ 'memory cells hit': 1, 'memory cells miss': 1 });
    expect(await samples(registry, 'cache_operation_duration_seconds_count')).toEqual({
      'memory get': 2,
      'memory set': 1,
      'memory del': 1,
    });
  });

  test('waits for what a cache promises, and tells an outage from a miss', async () => {
    const answers = ['1', null];
    const cache = measuredCache(registry, {
      tier: 'redis',
      name,
      get: async (_key: string) => {
        await setTimeout(30);
        const answer = answers.shift();
        return answer === undefined ? Promise.reject(new Error('down')) : answer;
      },
      set: async () => {},
      del: async () => {},
    });

    const first = await cache.get('a');
    const second = await cache.get('a');
    const third = await cache.get('a').catch((error: Error) => error.message);

    expect([first, second, third]).toEqual(['1', null, 'down']);
    expect(await requests()).toEqual({
      'redis cells hit': 1,
      'redis cells miss': 1,
      'redis cells error': 1,
    });
    const took = await samples(registry, 'cache_operation_duration_seconds_sum');
    expect(took['redis get']).toBeGreaterThan(0.08);
  });

  test('counts a cache that throws, and throws the same', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const cache = measuredCache(registry, { tier, name, get: broken, set: broken, del: broken });

    expect(() => cache.get()).toThrow('broken');

    expect(await requests()).toEqual({ 'memory cells error': 1 });
  });

  test('tells stale values from fresh ones', async () => {
    const cache = measuredCache(registry, {
      tier,
      name,
      get: (age: number) => ({ age }),
      set: () => {},
      del: () => {},
      isStale: ({ age }) => age > 10,
    });

    cache.get(5);
    cache.get(50);

    expect(await requests()).toEqual({ 'memory cells hit': 1, 'memory cells stale': 1 });
  });

  test('shows what the cache holds and what has left it, until it is stopped', async () => {
    const nothing = () => undefined;
    const cache = measuredCache(registry, {
      ...{ tier, name, get: nothing, set: nothing, del: nothing },
      entries: () => 7,
      bytes: () => 700,
    });

    cache.evicted('ttl');

    expect(await samples(registry, 'cache_entries')).toEqual({ 'memory cells': 7 });
    expect(await samples(registry, 'cache_size_bytes')).toEqual({ 'memory cells': 700 });
    expect(await samples(registry, 'cache_evictions_total')).toEqual({ 'memory cells ttl': 1 });
    cache.stop();
    expect(await samples(registry, 'cache_entries')).toEqual({});
  });
});
