import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '_OTHER'];
export const closeCodes = ['1000', '1001', '1005', '1006', '1008', '1009', '1011', '1013', 'other'];

const taskSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Every metric of this backend, in a registry of its own. */
export function backendMetrics(version: string, revision: string) {
  const registry = new Registry();
  const readings = new Set<() => void>();
  const define = definitions(registry);
  collectDefaultMetrics({ register: registry });
  define
    .gauge('app_build_info', 'Build that is running', { version: [], revision: [] })
    .set({ version, revision }, 1);
  return {
    http: httpMetrics(define),
    websocket: websocketMetrics(define),
    ml: mlMetrics(define),
    cache: cacheMetrics(define),
    database: databaseMetrics(define),
    runtime: runtimeMetrics(define),
    contentType: registry.contentType,
    /** Takes a reading before each scrape, for gauges that mirror something that is counted elsewhere. */
    onScrape(read: () => void) {
      readings.add(read);
    },
    async text() {
      for (const read of readings) read();
      return registry.metrics();
    },
  };
}

export type Metrics = ReturnType<typeof backendMetrics>;

// The children of a route are known where the routes are: http.ts sets them to 0.
function httpMetrics({ counter, gauge, histogram }: Definitions) {
  return {
    duration: histogram(
      'http_server_request_duration_seconds',
      'Duration of HTTP server requests',
      // 2 s is an alert's threshold, and a quantile is exact only at the edge of a bucket.
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
      { http_request_method: methods, http_route: [], http_response_status_code: [] },
    ),
    active: gauge('http_server_active_requests', 'HTTP requests in flight', {
      http_request_method: methods,
    }),
    responseSize: histogram(
      'http_server_response_body_size_bytes',
      'Size of HTTP response bodies',
      [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
      { http_route: [] },
    ),
    rateLimit: counter('rate_limit_decisions_total', 'Decisions of the rate limiter', {
      limiter: ['api'],
      decision: ['allowed', 'limited'],
    }),
  };
}

function websocketMetrics({ counter, gauge, histogram }: Definitions) {
  const endpoint = ['/ws'];
  return {
    connections: gauge('websocket_connections', 'Open WebSocket connections', { endpoint }),
    opened: counter('websocket_connections_opened_total', 'WebSocket connections opened', {
      endpoint,
    }),
    closed: counter('websocket_connections_closed_total', 'WebSocket connections closed', {
      endpoint,
      close_code: closeCodes,
    }),
    messages: counter('websocket_messages_total', 'WebSocket messages', {
      endpoint,
      direction: ['in', 'out'],
      type: ['progress', 'ping', 'pong', 'other'],
    }),
    batchSize: histogram(
      'websocket_batch_size_messages',
      'Messages in one flushed batch',
      [1, 2, 5, 10, 25, 50, 100, 250, 500],
      { endpoint },
    ),
    batchFlushes: counter('websocket_batch_flushes_total', 'Flushed batches', {
      endpoint,
      reason: ['size', 'timer', 'shutdown'],
    }),
    batchDelay: histogram(
      'websocket_batch_delay_seconds',
      'Age of the oldest message of a batch at its flush',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
      { endpoint },
    ),
    sendBuffer: gauge('websocket_send_buffer_bytes', 'Bytes that wait for slow clients', {
      endpoint,
    }),
  };
}

function mlMetrics({ counter, gauge, histogram }: Definitions) {
  const queue = ['segmentation'];
  const outcome = ['ok', 'failed', 'timeout'];
  const finished = { queue, task_type: ['cells', 'spheroids'], outcome };
  return {
    tasks: gauge('ml_queue_tasks', 'Tasks in the queue by state', {
      queue,
      state: ['waiting', 'active', 'failed'],
    }),
    oldestAge: gauge('ml_queue_oldest_task_age_seconds', 'Age of the oldest waiting task', {
      queue,
    }),
    duration: histogram('ml_task_duration_seconds', 'Processing time', taskSeconds, finished),
    wait: histogram('ml_task_wait_duration_seconds', 'Time in the queue', taskSeconds, { queue }),
    finished: counter('ml_tasks_total', 'Finished tasks', finished),
    workers: gauge('ml_workers', 'Workers by state', { queue, state: ['busy', 'idle'] }),
  };
}

function cacheMetrics({ counter, gauge, histogram }: Definitions) {
  const tier = { cache_tier: ['memory'] };
  const cache = { ...tier, cache: ['cells'] };
  return {
    requests: counter('cache_requests_total', 'Cache lookups', {
      ...cache,
      result: ['hit', 'miss', 'stale', 'error'],
    }),
    duration: histogram(
      'cache_operation_duration_seconds',
      'Duration of cache operations',
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
      { ...tier, operation: ['get', 'set', 'del'] },
    ),
    entries: gauge('cache_entries', 'Entries in the cache', cache),
    size: gauge('cache_size_bytes', 'Size of the cached values', cache),
    evictions: counter('cache_evictions_total', 'Entries that left the cache', {
      ...cache,
      reason: ['ttl', 'capacity', 'explicit'],
    }),
  };
}

function databaseMetrics({ counter, gauge, histogram }: Definitions) {
  const pool = { pool_name: ['primary'] };
  const operation = { db_operation_name: ['SELECT', 'INSERT', 'UPDATE'] };
  return {
    duration: histogram(
      'db_client_operation_duration_seconds',
      'Duration of database operations, without the wait for a connection',
      [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
      {
        ...operation,
        db_collection_name: ['cells', 'segmentations'],
        error_type: ['', 'query', 'connection', 'timeout'],
      },
    ),
    slow: counter('db_client_slow_queries_total', 'Operations of more than 500 ms', operation),
    connections: gauge('db_client_connections', 'Connections of the pool', {
      ...pool,
      state: ['used', 'idle'],
    }),
    max: gauge('db_client_connection_max', 'Connections that the pool may open', pool),
    pending: gauge(
      'db_client_connection_pending_requests',
      'Requests that wait for a connection',
      pool,
    ),
    timeouts: counter(
      'db_client_connection_timeouts_total',
      'Requests that got no connection in time',
      pool,
    ),
    wait: histogram(
      'db_client_connection_wait_time_seconds',
      'Wait for a connection',
      [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5],
      pool,
    ),
  };
}

function runtimeMetrics({ counter, gauge }: Definitions) {
  return {
    memoryPressure: counter('memory_pressure_events_total', 'Times that memory became scarce', {
      level: ['warning', 'critical'],
    }),
    // prom-client has the used and the total heap; total grows on demand and so says nothing.
    heapLimit: gauge('nodejs_heap_size_limit_bytes', 'Most that the V8 heap may grow to', {}),
    eventLoopUtilization: gauge(
      'nodejs_eventloop_utilization_ratio',
      'Share of time that the event loop was busy since the last scrape',
      {},
    ),
  };
}

type Definitions = ReturnType<typeof definitions>;

/** The values that each label is known to have. */
type Labels<L extends string> = Readonly<Record<L, readonly string[]>>;

// A child that is born at 1 is invisible to increase(), so each known one exists from the start.
function definitions(registry: Registry) {
  const registers = [registry];
  const names = <L extends string>(labels: Labels<L>) => Object.keys(labels) as L[];
  return {
    counter<L extends string>(name: `${string}_total`, help: string, labels: Labels<L>) {
      const metric = new Counter({ name, help, labelNames: names(labels), registers });
      for (const child of children(labels)) metric.inc(child, 0);
      return metric;
    },
    gauge<L extends string>(name: string, help: string, labels: Labels<L>) {
      const metric = new Gauge({ name, help, labelNames: names(labels), registers });
      for (const child of children(labels)) metric.set(child, 0);
      return metric;
    },
    histogram<L extends string>(name: string, help: string, buckets: number[], labels: Labels<L>) {
      const metric = new Histogram({ name, help, buckets, labelNames: names(labels), registers });
      for (const child of children(labels)) metric.zero(child);
      return metric;
    },
  };
}

function children<L extends string>(labels: Labels<L>): Partial<Record<L, string>>[] {
  return Object.entries<readonly string[]>(labels).reduce<Partial<Record<L, string>>[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value }))),
    [{}],
  );
}
