import { counter, gauge, histogram, upTo } from './define.js';

const pool_name = upTo(4);

/** The first word of a statement; what is rarer is `other`. */
export const databaseOperations = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'WITH',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'other',
] as const;

/** Why a statement gave no answer; empty if it gave one. */
export const databaseErrors = ['', 'query', 'connection', 'timeout'] as const;

export const dbClientOperationDuration = histogram(
  'db_client_operation_duration_seconds',
  'Duration of database operations, without the wait for a connection',
  {
    db_operation_name: databaseOperations,
    db_collection_name: upTo(40),
    error_type: databaseErrors,
  },
  [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
);

export const dbClientSlowQueries = counter(
  'db_client_slow_queries_total',
  'Operations of more than 500 ms',
  { db_operation_name: databaseOperations },
);

export const dbClientConnections = gauge('db_client_connections', 'Connections of the pool', {
  pool_name,
  state: ['used', 'idle'],
});

export const dbClientConnectionMax = gauge(
  'db_client_connection_max',
  'Connections that the pool may open',
  { pool_name },
);

export const dbClientConnectionPendingRequests = gauge(
  'db_client_connection_pending_requests',
  'Requests that wait for a connection',
  { pool_name },
);

export const dbClientConnectionTimeouts = counter(
  'db_client_connection_timeouts_total',
  'Requests that got no connection in time',
  { pool_name },
);

export const dbClientConnectionWaitTime = histogram(
  'db_client_connection_wait_time_seconds',
  'Wait for a connection',
  { pool_name },
  [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5],
);
