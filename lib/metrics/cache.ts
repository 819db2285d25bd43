import { counter, gauge, histogram, upTo } from './define.js';

/** The CDN is a tier as well, whose metrics come from CloudWatch: its origin does not see a hit. */
const cache_tier = ['memory', 'redis'] as const;
const cache = upTo(10);

export const cacheRequests = counter('cache_requests_total', 'Cache lookups', {
  cache_tier,
  cache,
  result: ['hit', 'miss', 'stale', 'error'],
});

export const cacheOperationDuration = histogram(
  'cache_operation_duration_seconds',
  'Duration of cache operations',
  { cache_tier, operation: ['get', 'set', 'del'] },
  [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
);

export const cacheEntries = gauge('cache_entries', 'Entries in the cache', { cache_tier, cache });

export const cacheSize = gauge('cache_size_bytes', 'Size of the cached values', {
  cache_tier,
  cache,
});

export const cacheEvictions = counter('cache_evictions_total', 'Entries that left the cache', {
  cache_tier,
  cache,
  reason: ['ttl', 'capacity', 'explicit'],
});
