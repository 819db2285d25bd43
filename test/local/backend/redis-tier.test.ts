import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { redisTier } from '../../../local/backend/redis-tier.js';
import { freePorts } from '../../../local/environment.js';
import { type Redis, startRedis } from '../../../local/redis.js';
import { samples, until } from './backend.js';

// A loaded machine is no reason to fail.
jest.setTimeout(20_000);

describe('redisTier', () => {
  let folder: string;
  let redis: Redis;
  const opened: { close(): void }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redis-tier-'));
    redis = await startRedis({ port: (await freePorts()).redis, folder });
  }, 120_000);

  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
  });

  afterAll(async () => {
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  async function connected(ttlMs = 60_000) {
    const registry = new Registry();
    const tier = redisTier(registry, 'cells', redis.url, ttlMs);
    opened.push(tier);
    const isThere = (seen: unknown) => seen === null || typeof seen === 'string';
    await until(async () => tier.get('not-there'), isThere);
    const results = async () => {
      const after = samples(await registry.metrics());
      const of = (result: string) => after.sum('cache_requests_total', { result });
      return { hit: of('hit'), miss: of('miss'), error: of('error') };
    };
    return { tier, results };
  }

  test('finds what was set, for its time, and counts it', async () => {
    const { tier, results } = await connected(400);
    const before = await results();
    await tier.set('a', 'value');

    const found = await tier.get('a');
    await until(
      async () => tier.get('a'),
      (seen) => seen === null,
    );

    const after = await results();
    expect(found).toBe('value');
    expect(after.hit).toBeGreaterThan(0);
    expect(after.miss).toBe((before.miss ?? 0) + 1);
  });

  test('forgets what was deleted', async () => {
    const { tier } = await connected();
    await tier.set('b', 'value');

    await tier.del('b');

    expect(await tier.get('b')).toBeNull();
  });

  test('fails at once while Redis is away, as an error and no miss, and comes back', async () => {
    const { tier, results } = await connected();
    const before = await results();
    await redis.stop();

    const outcome = () =>
      tier.get('c').then(
        () => 'answered',
        () => 'failed',
      );
    const failed = [await outcome(), await outcome()];
    const started = performance.now();
    failed.push(await outcome());
    const tookMs = performance.now() - started;
    const during = await results();
    redis = await startRedis({ port: redis.port, folder });
    const back = await until(
      async () => tier.get('c'),
      (seen) => seen === null,
    );

    expect(failed).toEqual(['failed', 'failed', 'failed']);
    expect(tookMs).toBeLessThan(200);
    expect(during).toEqual({ ...before, error: (before.error ?? 0) + 3 });
    expect(back).toBeNull();
  });
});
