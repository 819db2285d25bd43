import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { freePorts } from '../../../local/environment.js';
import { databaseUrl, type Postgres, startPostgres } from '../../../local/postgres.js';
import { type Redis, startRedis } from '../../../local/redis.js';
import { type RunningBackend, startBackend, until } from './backend.js';

// A loaded machine is no reason to fail.
jest.setTimeout(20_000);

describe('chaos', () => {
  let folder: string;
  let postgres: Postgres;
  let redis: Redis;
  let backend: RunningBackend;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backend-chaos-'));
    const ports = await freePorts();
    port = ports.primary;
    const logs = join(folder, 'logs');
    postgres = await startPostgres({ folder: join(folder, 'data'), logs, ports, report: () => {} });
    redis = await startRedis({ port: ports.redis, folder });
    backend = await startBackend(databaseUrl(port, 'app'), { REDIS_URL: redis.url });
    await until(
      () => backend.ask('GET', '/health'),
      ({ status }) => status === 200,
    );
  }, 120_000);

  afterAll(async () => {
    await backend?.stop();
    await Promise.all([redis?.stop(), postgres?.replica.stop(), postgres?.primary.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const doBreak = (fault: string) => backend.ask('PUT', `/chaos/${fault}`);
  const mend = (fault: string) => backend.ask('DELETE', `/chaos/${fault}`);
  const statuses = async (count: number, path: string) => {
    const answers = Array.from({ length: count }, () => backend.ask('GET', path));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  const onServer = async (statement: string) => {
    const client = new Client(databaseUrl(port, 'app'));
    await client.connect();
    const { rows } = await client.query(statement).finally(() => client.end());
    return rows;
  };

  test('says what can be broken and what is', async () => {
    const broken = await doBreak('cache');
    const mended = await mend('cache');

    expect(broken).toMatchObject({ status: 200, body: { broken: ['cache'] } });
    expect(mended).toMatchObject({ status: 200, body: { broken: [] } });
  });

  test.each(['PUT', 'DELETE'])('answers %s of an unknown fault with the list', async (method) => {
    const { status, body } = await backend.ask(method, '/chaos/toString');

    const names = [
      ...['errors', 'pool', 'slow', 'queue', 'backlog', 'ratelimit', 'cache', 'memory', 'cpu'],
    ];
    expect(status).toBe(404);
    expect(Object.keys((body as { faults: object }).faults)).toEqual(names);
  });

  test('errors: about half of the requests fail in the database', async () => {
    const before = await backend.metrics();
    await doBreak('errors');

    const broken = await statuses(60, '/api/cells/1');

    await mend('errors');
    const mended = await statuses(20, '/api/cells/1');
    const after = await backend.metrics();
    const failed = broken.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(50);
    expect(mended).toEqual(Array(20).fill(200));
    const name = 'db_client_operation_duration_seconds_count';
    expect(before.sum(name, { error_type: 'query' })).toBe(0);
    expect(after.sum(name, { error_type: 'query' })).toBe(failed);
    const labels = { http_route: '/api/cells/:id', http_response_status_code: '500' };
    expect(after.sum('http_server_request_duration_seconds_count', labels)).toBe(failed);
  });

  test('pool: requests wait for a connection and get none', async () => {
    await doBreak('pool');
    const transactions = `select state from pg_stat_activity
      where usename = 'app' and state = 'idle in transaction'`;
    await until(
      () => onServer(transactions),
      (held) => held.length === 20,
    );

    const asked = statuses(3, '/api/cells');
    const during = await until(
      backend.metrics,
      (seen) => seen.sum('db_client_connection_pending_requests') === 3,
    );
    const broken = await asked;
    await mend('pool');
    const mended = await statuses(3, '/api/cells');

    const after = await backend.metrics();
    expect(during.sum('db_client_connections', { state: 'used' })).toBe(20);
    expect(during.sum('db_client_connection_max')).toBe(20);
    expect(broken).toEqual([503, 503, 503]);
    expect(mended).toEqual([200, 200, 200]);
    expect(after.sum('db_client_connection_timeouts_total')).toBe(3);
    expect(after.sum('db_client_connection_pending_requests')).toBe(0);
    expect(await onServer(transactions)).toEqual([]);
  });

  test('slow: the list takes longer than two seconds', async () => {
    await doBreak('slow');

    const broken = await statuses(1, '/api/cells');
    await mend('slow');

    const started = Date.now();
    await statuses(1, '/api/cells');
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(broken).toEqual([200]);
    const after = await backend.metrics();
    const labels = { http_route: '/api/cells', http_response_status_code: '200' };
    const bucket = 'http_server_request_duration_seconds_bucket';
    const all = after.sum(bucket, { ...labels, le: '+Inf' }) ?? 0;
    expect(after.sum(bucket, { ...labels, le: '2' })).toBe(all - 1);
    expect(after.sum('db_client_slow_queries_total', { db_operation_name: 'SELECT' })).toBe(1);
  });

  test('a request whose connection the server ends is told to try again', async () => {
    await doBreak('slow');
    const sleeping = `from pg_stat_activity where wait_event = 'PgSleep'`;
    const asked = backend.ask('GET', '/api/cells');
    await until(
      () => onServer(`select pid ${sleeping}`),
      (found) => found.length === 1,
    );

    await onServer(`select pg_terminate_backend(pid) ${sleeping}`);

    const { status } = await asked;
    await mend('slow');
    expect(status).toBe(503);
  });

  test('queue: tasks wait, and are worked off afterwards', async () => {
    await doBreak('queue');
    const waiting = { state: 'waiting' };

    for (const cellId of [11, 12, 13]) {
      await backend.ask('POST', '/api/segmentations', { cellId, model: 'cells' });
    }
    await pause(300);

    const broken = await backend.metrics();
    await mend('queue');
    const done = { outcome: 'ok' };
    const mended = await until(backend.metrics, (seen) => seen.sum('ml_tasks_total', done) === 3);
    expect(broken.sum('ml_queue_tasks', waiting)).toBe(3);
    expect(broken.sum('ml_queue_oldest_task_age_seconds')).toBeGreaterThan(0.3);
    expect(broken.sum('ml_tasks_total')).toBe(0);
    expect(mended.sum('ml_queue_tasks', waiting)).toBe(0);
  });

  test('backlog: more tasks come in than are finished, yet tasks are', async () => {
    const done = { outcome: 'ok' };
    const before = (await backend.metrics()).sum('ml_tasks_total', done) ?? 0;
    await doBreak('backlog');

    const asked = Array.from({ length: 8 }, (_, index) =>
      backend.ask('POST', '/api/segmentations', { cellId: 31 + index, model: 'cells' }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    const started = Date.now();
    const during = await until(
      backend.metrics,
      (seen) => seen.sum('ml_tasks_total', done) === before + 4,
    );
    const tookMs = Date.now() - started;
    await mend('backlog');

    expect(statuses).toEqual(Array(8).fill(202));
    expect(tookMs).toBeGreaterThan(1_500);
    expect(during.sum('ml_tasks_total', { outcome: 'timeout' })).toBe(0);
    await until(backend.metrics, (seen) => seen.sum('ml_tasks_total', done) === before + 8);
  });

  test('memory: more than four fifths of the heap are held, and given back', async () => {
    const used = async () => {
      const seen = await backend.metrics();
      const [size = 0, limit = 1] = [
        seen.sum('nodejs_heap_size_used_bytes'),
        seen.sum('nodejs_heap_size_limit_bytes'),
      ];
      return size / limit;
    };
    const before = await used();
    await doBreak('memory');

    const held = await until(used, (ratio) => ratio > 0.81);
    await pause(1_000);
    const [answer] = await statuses(1, '/api/cells/1');
    const still = await used();
    await mend('memory');

    const mended = await used();
    expect(before).toBeLessThan(0.5);
    expect(held).toBeLessThan(0.95);
    expect(still).toBeGreaterThan(0.8);
    expect(answer).toBe(200);
    expect(mended).toBeLessThan(0.5);
  });

  test('cpu: a core is busy, and requests are answered all the same', async () => {
    const busy = async () => {
      await backend.metrics();
      await pause(1_000);
      return (await backend.metrics()).sum('nodejs_eventloop_utilization_ratio');
    };
    await doBreak('cpu');

    const started = Date.now();
    const answered = await statuses(3, '/api/cells');
    const tookMs = Date.now() - started;
    const during = await busy();
    await mend('cpu');

    expect(during).toBeGreaterThan(0.85);
    expect(answered).toEqual([200, 200, 200]);
    expect(tookMs).toBeLessThan(1_500);
    expect(await busy()).toBeLessThan(0.6);
  });

  test('ratelimit: nearly every request is refused', async () => {
    await doBreak('ratelimit');

    const broken = await statuses(20, '/api/cells/1');

    await mend('ratelimit');
    await pause(100);
    const mended = await statuses(5, '/api/cells/1');
    const after = await backend.metrics();
    const limited = broken.filter((status) => status === 429).length;
    expect(limited).toBeGreaterThanOrEqual(17);
    expect(mended).toEqual(Array(5).fill(200));
    expect(after.sum('rate_limit_decisions_total', { decision: 'limited' })).toBe(limited);
  });

  test('cache: every lookup misses, in memory and in Redis', async () => {
    await statuses(1, '/api/cells/21');
    const lookups = async () => {
      const before = await backend.metrics();
      await statuses(5, '/api/cells/21');
      const after = await backend.metrics();
      const grown = (result: string) =>
        (after.sum('cache_requests_total', { result }) ?? 0) -
        (before.sum('cache_requests_total', { result }) ?? 0);
      return { hits: grown('hit'), misses: grown('miss') };
    };
    await doBreak('cache');

    const broken = await lookups();

    await mend('cache');
    expect(broken).toEqual({ hits: 0, misses: 10 });
    expect(await lookups()).toEqual({ hits: 5, misses: 0 });
  });
});
