import { DatabaseError, Pool } from 'pg';
import type { Metrics } from './metrics.js';

export interface Statement {
  readonly operation: 'SELECT' | 'INSERT' | 'UPDATE';
  readonly collection: 'cells' | 'segmentations';
  readonly text: string;
}

export interface Database {
  query(statement: Statement, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** The bare pool, for what is not part of a request. */
  readonly pool: Pool;
}

/** Why a statement gave no answer; the kind is also its label `error_type`. */
export class DatabaseFailure extends Error {
  constructor(
    readonly kind: 'query' | 'connection' | 'timeout',
    cause: unknown,
  ) {
    super(`${kind}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

const MAX_CONNECTIONS = 20;
const SLOW_SECONDS = 0.5;
const pool_name = 'primary';

/** A measured pool that outlives its server: each failure is one request's and the next one tries again. */
export function database(url: string, metrics: Metrics): Database {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    // Without it a request waits for ever. Below the 2 s from which a response counts as slow.
    connectionTimeoutMillis: 1_500,
    query_timeout: 10_000,
  });
  // A connection that breaks while it is idle says so here, and would end the process unheard.
  pool.on('error', () => {});
  // So does one that breaks while it is taken, between two statements.
  pool.on('connect', (client) => client.on('error', () => {}));
  metrics.onScrape(() => readPool(pool, metrics.database));
  return {
    pool,
    query: (statement, values = []) => query(pool, metrics.database, statement, values),
  };
}

function readPool(pool: Pool, metrics: Metrics['database']) {
  metrics.connections.set({ pool_name, state: 'used' }, pool.totalCount - pool.idleCount);
  metrics.connections.set({ pool_name, state: 'idle' }, pool.idleCount);
  metrics.max.set({ pool_name }, pool.options.max);
  metrics.pending.set({ pool_name }, pool.waitingCount);
}

async function query(
  pool: Pool,
  metrics: Metrics['database'],
  statement: Statement,
  values: readonly unknown[],
) {
  const client = await acquire(pool, metrics, statement);
  const stop = metrics.duration.startTimer(labels(statement));
  const finish = (error_type: string) => {
    if (stop({ error_type }) > SLOW_SECONDS) {
      metrics.slow.inc({ db_operation_name: statement.operation });
    }
  };
  try {
    const { rows } = await client.query(statement.text, [...values]);
    finish('');
    client.release();
    return rows;
  } catch (cause) {
    const failure = failureOf(cause);
    finish(failure.kind);
    // Only an answer of the server proves that the connection can be used again.
    client.release(failure.kind !== 'query');
    throw failure;
  }
}

async function acquire(pool: Pool, metrics: Metrics['database'], statement: Statement) {
  const stop = metrics.duration.startTimer(labels(statement));
  const stopWaiting = metrics.wait.startTimer({ pool_name });
  try {
    return await pool.connect();
  } catch (cause) {
    const failure = failureOf(cause);
    if (failure.kind === 'timeout') metrics.timeouts.inc({ pool_name });
    stop({ error_type: failure.kind });
    throw failure;
  } finally {
    stopWaiting();
  }
}

function labels(statement: Statement) {
  return { db_operation_name: statement.operation, db_collection_name: statement.collection };
}

// https://www.postgresql.org/docs/17/errcodes-appendix.html: connection, too many connections, shutdown.
const unreachable = /^(08|53300|57P)/;

function failureOf(cause: unknown): DatabaseFailure {
  if (cause instanceof DatabaseError && !unreachable.test(cause.code ?? '')) {
    return new DatabaseFailure('query', cause);
  }
  const isTimeout = /timeout exceeded|read timeout/i.test(String(cause));
  return new DatabaseFailure(isTimeout ? 'timeout' : 'connection', cause);
}
