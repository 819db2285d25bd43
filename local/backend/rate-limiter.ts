import type { Registry } from 'prom-client';
import { countDecisions } from '../../lib/instrumentation/index.js';

const BURST_SECONDS = 2;

/** A token bucket: each request takes one token, and tokens come back at the rate of the moment. */
export function rateLimiter(registry: Registry, perSecond: () => number) {
  const decided = countDecisions(registry, 'api');
  let tokens = perSecond() * BURST_SECONDS;
  let filledAt = performance.now();
  return {
    allows(): boolean {
      const now = performance.now();
      const refill = ((now - filledAt) / 1000) * perSecond();
      tokens = Math.min(tokens + refill, perSecond() * BURST_SECONDS);
      filledAt = now;
      const isAllowed = tokens >= 1;
      if (isAllowed) tokens -= 1;
      return decided(isAllowed);
    },
  };
}

export type RateLimiter = ReturnType<typeof rateLimiter>;
