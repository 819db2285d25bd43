import { DatabaseError, Pool } from 'pg';
import type { Registry } from 'prom-client';
import { watchPool } from '../../lib/instrumentation/index.js';

export interface Database {
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** The bare pool, for what is not part of a request. */
  readonly pool: Pool;
}

/** Why a statement gave no answer: the server refused it, or there was no server to ask. */
export class DatabaseFailure extends Error {
  constructor(
    readonly kind: 'query' | 'unavailable',
    cause: unknown,
  ) {
    super(`${kind}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

const MAX_CONNECTIONS = 20;

/** A measured pool that outlives its server: each failure is one request's and the next one tries again. */
export function database(url: string, registry: Registry): Database {
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
  watchPool(registry, pool, { name: 'primary', tables: ['cells', 'segmentations'] });
  return {
    pool,
    async query(text, values = []) {
      try {
        return (await pool.query(text, [...values])).rows;
      } catch (cause) {
        throw failureOf(cause);
      }
    },
  };
}

// https://www.postgresql.org/docs/17/errcodes-appendix.html: connection, too many connections, shutdown.
const unreachable = /^(08|53300|57P)/;

function failureOf(cause: unknown): DatabaseFailure {
  const isAnswer = cause instanceof DatabaseError && !unreachable.test(cause.code ?? '');
  return new DatabaseFailure(isAnswer ? 'query' : 'unavailable', cause);
}
