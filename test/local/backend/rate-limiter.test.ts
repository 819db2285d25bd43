import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { rateLimiter } from '../../../local/backend/rate-limiter.js';
import { samples } from './backend.js';

const times = (count: number, act: () => boolean) =>
  Array.from({ length: count }, act).filter(Boolean).length;

describe('rateLimiter', () => {
  test('allows a burst of two seconds and then limits', async () => {
    const registry = new Registry();
    const limiter = rateLimiter(registry, () => 5);

    const allowed = times(15, limiter.allows);

    const after = samples(await registry.metrics());
    expect(allowed).toBe(10);
    expect(after.sum('rate_limit_decisions_total', { decision: 'allowed' })).toBe(10);
    expect(after.sum('rate_limit_decisions_total', { decision: 'limited' })).toBe(5);
  });

  test('allows again at its rate', async () => {
    const limiter = rateLimiter(new Registry(), () => 50);
    times(100, limiter.allows);

    await pause(110);
    const allowed = times(100, limiter.allows);

    expect(allowed).toBeGreaterThanOrEqual(5);
    expect(allowed).toBeLessThan(100);
  });

  test('follows a rate that changes', () => {
    const rate = { perSecond: 100 };
    const limiter = rateLimiter(new Registry(), () => rate.perSecond);
    rate.perSecond = 1;

    const allowed = times(20, limiter.allows);

    expect(allowed).toBe(2);
  });
});
