import { readAtScrape } from '../metrics/at-scrape.js';
import {
  cacheEntries,
  cacheEvictions,
  cacheOperationDuration,
  cacheRequests,
  cacheSize,
} from '../metrics/cache.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import { isThenable } from './observed-call.js';

type Operation = (...args: never[]) => unknown;

export interface CacheOperations<
  Get extends Operation,
  Put extends Operation,
  Delete extends Operation,
> {
  /** Answers undefined or null, or a promise of it, for what the cache does not have. */
  readonly get: Get;
  readonly set: Put;
  readonly del: Delete;
}

export interface CacheOptions<Value> {
  readonly tier: 'memory' | 'redis';
  readonly name: string;
  /** Whether a value is out of date, and served all the same. @default - no value is */
  readonly isStale?: (value: NonNullable<Value>) => boolean;
  /** How many values this process holds. @default - not measured */
  readonly entries?: () => number;
  /** How large they are together. @default - not measured */
  readonly bytes?: () => number;
}

export interface CacheMeasurement {
  /** For the cache's own listener: a value has left it. */
  evicted(reason: 'ttl' | 'capacity' | 'explicit'): void;
  stop(): void;
}

/** The operations of a cache, measured: each answers, throws or rejects as its own does. */
export function measuredCache<
  Get extends Operation,
  Put extends Operation,
  Delete extends Operation,
>(
  registry: AnyRegistry,
  {
    get,
    set,
    del,
    ...options
  }: CacheOperations<Get, Put, Delete> & CacheOptions<Awaited<ReturnType<Get>>>,
): CacheOperations<Get, Put, Delete> & CacheMeasurement {
  const { tier: cache_tier, name: cache, isStale = () => false } = options;
  const requests = register(cacheRequests, registry);
  const durations = register(cacheOperationDuration, registry);
  const evictions = register(cacheEvictions, registry);
  for (const metric of [requests, evictions]) metric.zero({ cache_tier, cache });
  durations.zero({ cache_tier });
  const took = (operation: 'get' | 'set' | 'del') => (seconds: number) =>
    durations.observe({ cache_tier, operation }, seconds);
  const found = took('get');
  const lookup = timed(get, (seconds, answer) => {
    found(seconds);
    requests.inc({ cache_tier, cache, result: result(answer, isStale) });
  });
  return {
    get: lookup,
    set: timed(set, took('set')),
    del: timed(del, took('del')),
    evicted: (reason) => evictions.inc({ cache_tier, cache, reason }),
    stop: readSizes(registry, options),
  };
}

type Answer = { readonly value: unknown } | { readonly error: unknown };

function result(answer: Answer, isStale: (value: never) => boolean) {
  if ('error' in answer) return 'error';
  if (answer.value === undefined || answer.value === null) return 'miss';
  try {
    return isStale(answer.value as never) ? 'stale' : 'hit';
  } catch {
    return 'hit';
  }
}

function timed<Own extends Operation>(
  operation: Own,
  done: (seconds: number, answer: Answer) => void,
): Own {
  const measured = (...args: never[]) => {
    const start = performance.now();
    const end = (answer: Answer) => done((performance.now() - start) / 1000, answer);
    try {
      const value = operation(...args);
      if (isThenable(value)) {
        value.then(
          (own: unknown) => end({ value: own }),
          (error: unknown) => end({ error }),
        );
      } else {
        end({ value });
      }
      return value;
    } catch (error) {
      end({ error });
      throw error;
    }
  };
  return measured as Own;
}

/** A cache that processes share is not theirs to count: its entries are with its own exporter. */
function readSizes(
  registry: AnyRegistry,
  { tier: cache_tier, name: cache, entries, bytes }: CacheOptions<never>,
) {
  const stops = [
    entries && readAtScrape(registry, cacheEntries, () => [[{ cache_tier, cache }, entries()]]),
    bytes && readAtScrape(registry, cacheSize, () => [[{ cache_tier, cache }, bytes()]]),
  ];
  return () => {
    for (const stop of stops) stop?.();
  };
}
