import {
  databaseOperations,
  dbClientOperationDuration,
  dbClientSlowQueries,
} from '../metrics/database.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import { isSubmittable, observedCall } from './observed-call.js';

const SLOW_SECONDS = 0.5;
// Children of the rarer operations are born with their first statement: each has twelve series.
const common = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

export interface Statements {
  /** Makes a call to `client.query`, and measures it. */
  measured(args: readonly unknown[], make: (args: never[]) => unknown): unknown;
  /** Counts a statement that found no connection; without one, a connection for its own sake. */
  lost(statement: unknown, error: unknown, seconds: number): void;
}

/** What is measured of statements: how they begin and which table they name, never their text. */
export function statements(registry: AnyRegistry, tables: readonly string[]): Statements {
  const durations = register(dbClientOperationDuration, registry);
  const slow = register(dbClientSlowQueries, registry);
  for (const table of ['', ...tables]) {
    for (const db_operation_name of common) {
      durations.zero({ db_operation_name, db_collection_name: table });
    }
  }
  slow.zero({});
  const tableOf = tableFinder(tables);
  const labels = (statement: unknown) => {
    const text = textOf(statement);
    return { db_operation_name: operation(text), db_collection_name: tableOf(text) };
  };
  return {
    measured(args, make) {
      const start = performance.now();
      return observedCall(args, make, (error) => {
        const seconds = (performance.now() - start) / 1000;
        const own = labels(args[0]);
        durations.observe({ ...own, error_type: error ? errorType(error) : '' }, seconds);
        // How long a cursor takes is up to the one who reads it.
        if (seconds <= SLOW_SECONDS || isSubmittable(args[0])) return;
        slow.inc({ db_operation_name: own.db_operation_name });
      });
    },
    lost(statement, error, seconds) {
      durations.observe({ ...labels(statement), error_type: errorType(error) }, seconds);
    },
  };
}

// https://www.postgresql.org/docs/17/errcodes-appendix.html: connection, too many connections, shutdown.
const unreachable = /^(08|53300|57P)/;
const CANCELED = '57014';

/** A time-out of the pool, of the client (`query_timeout`) or of the server (`statement_timeout`). */
export function errorType(error: unknown): 'query' | 'connection' | 'timeout' {
  const code = serverCode(error);
  if (code === CANCELED) return 'timeout';
  if (code !== undefined) return unreachable.test(code) ? 'connection' : 'query';
  const isTimeout = /timeout exceeded|timeout expired|connection timeout|read timeout/i;
  return isTimeout.test(String(error)) ? 'timeout' : 'connection';
}

/** Only an answer of the server has both; ECONNREFUSED and its like have a code alone. */
function serverCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('severity' in error && 'code' in error)) return undefined;
  return String(error.code);
}

/** The text of a statement in any form that pg takes; a cursor of pg-cursor keeps it as its own. */
function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  if (typeof statement !== 'object' || statement === null) return '';
  const { text, cursor } = statement as { readonly text?: unknown; readonly cursor?: unknown };
  return typeof text === 'string' ? text : textOf(cursor);
}

// Comments in front are common: an ORM writes there where a statement comes from.
const firstWord = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*([a-z]+)/i;

function operation(text: string) {
  const word = firstWord.exec(text)?.[1]?.toUpperCase();
  return databaseOperations.find((known) => known === word) ?? 'other';
}

function tableFinder(tables: readonly string[]): (text: string) => string {
  if (tables.length === 0) return () => '';
  const names = tables.map((table) => table.replace(/[^\w]/g, '\\$&')).join('|');
  const mention = new RegExp(
    `\\b(?:from|into|update|join)\\s+(?:only\\s+)?(?:"?\\w+"?\\.)?"?(${names})\\b`,
    'i',
  );
  const byName = new Map(tables.map((table) => [table.toLowerCase(), table]));
  return (text) => byName.get(mention.exec(text)?.[1]?.toLowerCase() ?? '') ?? '';
}
