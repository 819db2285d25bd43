import { readAtScrape } from '../metrics/at-scrape.js';
import {
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
  dbClientConnections,
  dbClientConnectionTimeouts,
  dbClientConnectionWaitTime,
} from '../metrics/database.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import { observedCall } from './observed-call.js';
import { errorType, statements } from './statement.js';
import { watchedOnce } from './watched-once.js';

type Call = (...args: never[]) => unknown;

/** What is wrapped of a client of pg. */
export interface PoolClientLike {
  query: Call;
}

/** What is read and wrapped of a `Pool` of pg. */
export interface PoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
  connect: Call;
  query: Call;
  on(event: 'acquire', listener: (client: PoolClientLike) => void): unknown;
  off(event: 'acquire', listener: (client: PoolClientLike) => void): unknown;
}

export interface PoolOptions {
  readonly name: string;
  /** Tables to tell apart, by the first of them that a statement names. @default - none */
  readonly tables?: readonly string[];
}

/**
 * Measures a `Pool` of pg and every statement of its clients, until the returned function is called.
 * Without `connectionTimeoutMillis` a request waits for ever, and no time-out is ever counted.
 *
 * @throws Error when the pool is watched already.
 */
export function watchPool(
  registry: AnyRegistry,
  pool: PoolLike,
  { name, tables = [] }: PoolOptions,
): () => void {
  const forget = watchedOnce(registry, pool, `pool '${name}'`);
  const { connect, query } = pool;
  const { measured, lost } = statements(registry, tables);
  const waited = waitMeasurement(registry, name);
  const stopClients = eachClient(pool, measured);
  // pool.query calls pool.connect before it returns, which so knows what for.
  let statement: unknown;
  pool.connect = (...args) => {
    const wanted = statement;
    const start = performance.now();
    return observedCall(
      args,
      (own) => connect.apply(pool, own),
      (error) => {
        const seconds = (performance.now() - start) / 1000;
        waited(seconds, error);
        if (error) lost(wanted, error, seconds);
      },
    );
  };
  pool.query = (...args) => {
    [statement] = args;
    try {
      return query.apply(pool, args);
    } finally {
      statement = undefined;
    }
  };
  const stopReading = readPool(registry, pool, name);
  return () => {
    Object.assign(pool, { connect, query });
    stopClients();
    stopReading();
    forget();
  };
}

function waitMeasurement(registry: AnyRegistry, pool_name: string) {
  const wait = register(dbClientConnectionWaitTime, registry);
  const timeouts = register(dbClientConnectionTimeouts, registry);
  for (const metric of [wait, timeouts]) metric.zero({ pool_name });
  return (seconds: number, error: unknown) => {
    wait.observe({ pool_name }, seconds);
    if (error && errorType(error) === 'timeout') timeouts.inc({ pool_name });
  };
}

/** Wraps each client once, before the pool hands it out. */
function eachClient(
  pool: PoolLike,
  measured: (args: readonly unknown[], make: (args: never[]) => unknown) => unknown,
) {
  const wrapped = new WeakSet<PoolClientLike>();
  let isStopped = false;
  const wrap = (client: PoolClientLike) => {
    if (wrapped.has(client)) return;
    wrapped.add(client);
    const { query } = client;
    client.query = (...args) =>
      isStopped ? query.apply(client, args) : measured(args, (own) => query.apply(client, own));
  };
  // Not `connect`, which says nothing of a client that was there before.
  pool.on('acquire', wrap);
  return () => {
    isStopped = true;
    pool.off('acquire', wrap);
  };
}

function readPool(registry: AnyRegistry, pool: PoolLike, pool_name: string) {
  const stops = [
    readAtScrape(registry, dbClientConnections, () => [
      [{ pool_name, state: 'used' }, pool.totalCount - pool.idleCount] as const,
      [{ pool_name, state: 'idle' }, pool.idleCount] as const,
    ]),
    readAtScrape(registry, dbClientConnectionMax, () => [[{ pool_name }, pool.options.max]]),
    readAtScrape(registry, dbClientConnectionPendingRequests, () => [
      [{ pool_name }, pool.waitingCount],
    ]),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
