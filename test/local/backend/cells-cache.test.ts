import { cellsCache } from '../../../local/backend/cells-cache.js';

describe('cellsCache', () => {
  const tier = () => {
    const held = new Map<string, string>();
    return {
      held,
      get: (key: string) => held.get(key),
      set: (key: string, value: string) => void held.set(key, value),
      del: (key: string) => void held.delete(key),
    };
  };
  const refuse = () => Promise.reject(new Error('connection is closed'));
  const broken = { get: refuse, set: refuse, del: refuse };

  test('finds in Redis what another process has put there, and remembers it', async () => {
    const [memory, redis] = [tier(), tier()];
    redis.set('a', 'shared');
    const cache = cellsCache(memory, redis);

    const found = await cache.get('a');

    expect(found).toBe('shared');
    expect(memory.held.get('a')).toBe('shared');
  });

  test('asks its own memory first', async () => {
    const [memory, redis] = [tier(), tier()];
    memory.set('a', 'own');
    redis.set('a', 'shared');

    const found = await cellsCache(memory, redis).get('a');

    expect(found).toBe('own');
  });

  test('puts a value into both', async () => {
    const [memory, redis] = [tier(), tier()];

    await cellsCache(memory, redis).set('a', 'value');

    expect([memory.held.get('a'), redis.held.get('a')]).toEqual(['value', 'value']);
  });

  test('reads a value that was replaced out of Redis', async () => {
    const [memory, redis] = [tier(), tier()];
    const cache = cellsCache(memory, redis);
    await cache.set('a', 'old');

    await cache.replace('a', 'new');

    expect(memory.held.has('a')).toBe(false);
    expect(await cache.get('a')).toBe('new');
  });

  test.each([
    ['without Redis', undefined],
    ['with a Redis that fails', broken],
  ])('does what memory alone can do %s', async (_, shared) => {
    const memory = tier();
    const cache = cellsCache(memory, shared);

    const before = await cache.get('a');
    await cache.set('a', 'value');
    const after = await cache.get('a');
    await cache.replace('a', 'new');

    expect([before, after, await cache.get('a')]).toEqual([undefined, 'value', undefined]);
  });
});
