import { spawnSync } from 'node:child_process';
import { engine } from '../../../local/engines.js';
import { cleanEnvironment } from '../../../local/process.js';
import { freePort, type RunningBackend, type Samples, samples, startBackend } from './backend.js';

const queue = ['segmentation'];
const task_type = ['cells', 'spheroids'];
const outcome = ['ok', 'failed', 'timeout'];
const endpoint = ['/ws'];
const cells = { cache_tier: ['memory', 'redis'], cache: ['cells'] };
const memory = { cache_tier: ['memory'], cache: ['cells'] };
const pool_name = ['primary'];
const db_operation_name = ['SELECT', 'INSERT', 'UPDATE'];
const close_code = ['1000', '1001', '1005', '1006', '1008', '1009', '1011', '1013', 'other'];
const http_route = [
  ...['/api/cells', '/api/cells/:id', '/api/segmentations', '/api/segmentations/:id', 'unmatched'],
];
const failures = ['500', '503'];

// Every series that this backend had when it measured by hand, and that is there before the first request. The
// package does not begin those of success: an alert counts failures, and each of these is fourteen series.
const exposed: [string, Readonly<Record<string, readonly string[]>>][] = [
  [
    'http_server_request_duration_seconds_count',
    { http_route, http_response_status_code: failures },
  ],
  ['http_server_active_requests', { http_request_method: ['GET', 'POST', '_OTHER'] }],
  ['rate_limit_decisions_total', { limiter: ['api'], decision: ['allowed', 'limited'] }],
  ['websocket_connections', { endpoint }],
  ['websocket_connections_opened_total', { endpoint }],
  ['websocket_connections_closed_total', { endpoint, close_code }],
  [
    'websocket_messages_total',
    { endpoint, direction: ['in', 'out'], type: ['progress', 'ping', 'pong', 'other'] },
  ],
  ['websocket_batch_size_messages_count', { endpoint }],
  ['websocket_batch_flushes_total', { endpoint, reason: ['size', 'timer', 'shutdown'] }],
  ['websocket_batch_delay_seconds_count', { endpoint }],
  ['websocket_send_buffer_bytes', { endpoint }],
  ['ml_queue_tasks', { queue, state: ['waiting', 'active', 'failed'] }],
  ['ml_queue_oldest_task_age_seconds', { queue }],
  ['ml_task_duration_seconds_count', { queue, task_type, outcome }],
  ['ml_task_wait_duration_seconds_count', { queue }],
  ['ml_tasks_total', { queue, task_type, outcome }],
  ['ml_workers', { queue, state: ['busy'] }],
  ['cache_requests_total', { ...cells, result: ['hit', 'miss', 'stale', 'error'] }],
  [
    'cache_operation_duration_seconds_count',
    { cache_tier: ['memory', 'redis'], operation: ['get', 'set', 'del'] },
  ],
  ['cache_entries', memory],
  ['cache_size_bytes', memory],
  ['cache_evictions_total', { ...memory, reason: ['ttl', 'capacity', 'explicit'] }],
  [
    'db_client_operation_duration_seconds_count',
    {
      db_operation_name,
      db_collection_name: ['cells', 'segmentations'],
      error_type: ['', 'query', 'connection', 'timeout'],
    },
  ],
  ['db_client_slow_queries_total', { db_operation_name }],
  ['db_client_connections', { pool_name, state: ['used', 'idle'] }],
  ['db_client_connection_pending_requests', { pool_name }],
  ['db_client_connection_timeouts_total', { pool_name }],
  ['db_client_connection_wait_time_seconds_count', { pool_name }],
  ['memory_pressure_events_total', { level: ['warning', 'critical'] }],
  ['segmentations_requested_total', { model: ['cells', 'spheroids'] }],
];

function combinations(labels: Readonly<Record<string, readonly string[]>>) {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (found, [name, values]) =>
      found.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value }))),
    [{}],
  );
}

describe('what the sample backend exposes', () => {
  let backend: RunningBackend;
  let text: string;
  let fresh: Samples;

  // Neither of its servers is there; it has to start all the same.
  beforeAll(async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    backend = await startBackend(`postgres://app@${nobody}/none`, {
      REDIS_URL: `redis://${nobody}`,
    });
    text = await (await fetch(`${backend.url}/api/metrics`)).text();
    fresh = samples(text);
  }, 30_000);

  afterAll(() => backend?.stop());

  test.each(exposed)('has %s at 0 before anything happens', (name, labels) => {
    const wrong = combinations(labels).filter((each) => fresh.sum(name, each) !== 0);

    expect(wrong).toEqual([]);
  });

  test.each([
    ['ml_workers', { state: 'idle' }, 4],
    ['db_client_connection_max', { pool_name: 'primary' }, 20],
    ['app_build_info', { revision: 'local' }, 1],
  ])('has %s %j', (name, labels, value) => {
    expect(fresh.sum(name, labels)).toBe(value);
  });

  test.each([
    'process_cpu_seconds_total',
    'process_start_time_seconds',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_eventloop_utilization_ratio',
    'nodejs_heap_size_used_bytes',
    'nodejs_heap_size_limit_bytes',
  ])('has %s of its process', (name) => {
    expect(fresh.sum(name)).toBeGreaterThanOrEqual(0);
  });

  test('gives promtool nothing to say but about the names of prom-client itself', async () => {
    const { stdout, stderr } = spawnSync(await engine('promtool'), ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
      env: cleanEnvironment(),
    });

    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(complaints.filter((line) => !line.startsWith('nodejs_active_'))).toEqual([]);
  }, 60_000);
});
