import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool, type PoolConfig, Query, type QueryResult } from 'pg';
import { Registry } from 'prom-client';
import { type PoolOptions, watchPool } from '../../lib/instrumentation/pool';
import { freePorts, type Ports } from '../../local/environment';
import { databaseUrl, type Postgres, startPostgres } from '../../local/postgres';
import { samples, zeros } from '../support/http-samples';

let folder: string;
let ports: Ports;
let postgres: Postgres;
let registry: Registry;
const pools: Pool[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  chmodSync(folder, 0o755);
  ports = await freePorts();
  const logs = join(folder, 'logs');
  postgres = await startPostgres({ folder: join(folder, 'data'), logs, ports, report: () => {} });
}, 90_000);

afterAll(async () => {
  await postgres?.replica.stop();
  await postgres?.primary.stop();
  rmSync(folder, { recursive: true });
}, 30_000);

beforeEach(() => {
  registry = new Registry();
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.ended || pool.end()));
});

function bare(config: PoolConfig = {}): Pool {
  const connectionString = databaseUrl(ports.primary, 'app');
  const pool = new Pool({ connectionString, max: 2, ...config });
  pool.on('error', () => {});
  pools.push(pool);
  return pool;
}

function watched(config?: PoolConfig, options?: Partial<PoolOptions>) {
  const pool = bare(config);
  return { pool, stop: watchPool(registry, pool, { name: 'primary', ...options }) };
}

const statements = () => samples(registry, 'db_client_operation_duration_seconds_count');
const waits = () => samples(registry, 'db_client_connection_wait_time_seconds_count');
const timeouts = () => samples(registry, 'db_client_connection_timeouts_total');

type Answered = (error: Error | undefined, result: QueryResult) => void;

const answered = (call: (done: Answered) => void) =>
  new Promise<QueryResult>((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result)));
  });

describe('watchPool', () => {
  test('has its children at 0 before the first statement', async () => {
    watched({}, { tables: ['cells'] });

    expect(await zeros(registry, 'db_client_connection_timeouts_total')).toEqual(['primary']);
    expect(await zeros(registry, 'db_client_slow_queries_total')).toContain('SELECT');
    const born = await zeros(registry, 'db_client_operation_duration_seconds_count');
    expect(born).toContain('SELECT cells ');
    expect(born).toContain('DELETE  timeout');
  });

  test('shows what the pool has and may have, and counts each wait', async () => {
    const { pool } = watched();
    const [first, second] = await Promise.all([pool.connect(), pool.connect()]);
    const third = pool.connect();
    first.release();
    (await third).release();
    second.release();

    expect(await samples(registry, 'db_client_connections')).toEqual({ 'primary idle': 2 });
    expect(await samples(registry, 'db_client_connection_max')).toEqual({ primary: 2 });
    expect(await waits()).toEqual({ primary: 3 });
  });

  test('shows who waits while the pool is empty', async () => {
    const { pool } = watched();
    const taken = await Promise.all([pool.connect(), pool.connect()]);
    const waiting = [pool.query('select 1'), pool.query('select 1'), pool.query('select 1')];

    const used = await samples(registry, 'db_client_connections');
    const pending = await samples(registry, 'db_client_connection_pending_requests');
    for (const client of taken) client.release();
    await Promise.all(waiting);

    expect(used).toEqual({ 'primary used': 2 });
    expect(pending).toEqual({ primary: 3 });
  });

  test.each<[string, (pool: Pool) => Promise<unknown>]>([
    ['pool.query, a promise', (pool) => pool.query('select $1::int', [1])],
    ['pool.query, a callback', (pool) => answered((done) => pool.query('select 1', done))],
    [
      'pool.query, values and a callback',
      (pool) => answered((done) => pool.query('select $1::int', [1], done)),
    ],
    ['pool.query, a configuration', (pool) => pool.query({ text: 'select 1', rowMode: 'array' })],
    [
      'client.query, a promise',
      async (pool) => {
        const client = await pool.connect();
        await client.query({ name: 'prepared', text: 'select $1::int', values: [1] });
        client.release();
      },
    ],
    [
      'connect and query, callbacks',
      (pool) =>
        answered((done) => {
          pool.connect((error, client, release) => {
            if (error || !client) return done(error, undefined as never);
            client.query('select 1', (problem, result) => {
              release();
              done(problem, result);
            });
          });
        }),
    ],
    [
      'client.query, a callback in its configuration',
      async (pool) => {
        const client = await pool.connect();
        await answered((callback) => client.query({ text: 'select 1', callback } as never));
        client.release();
      },
    ],
    [
      'client.query, a Submittable',
      async (pool) => {
        const client = await pool.connect();
        const query = client.query(new Query('select 1'));
        await new Promise((resolve) => query.on('end', resolve));
        client.release();
      },
    ],
  ])('counts one statement and one wait: %s', async (_, call) => {
    const { pool } = watched();

    await call(pool);

    expect(await statements()).toEqual({ 'SELECT  ': 1 });
    expect(await waits()).toEqual({ primary: 1 });
  });

  test('answers as pg does', async () => {
    const { pool } = watched();

    const { rows } = await pool.query<{ answer: number }>('select 42 as answer');

    expect(rows).toEqual([{ answer: 42 }]);
  });

  test('counts a connection once, however often it is used', async () => {
    const { pool } = watched({ max: 1 });

    for (const text of ['select 1', 'select 2', 'begin', 'rollback']) await pool.query(text);

    expect(await statements()).toEqual({ 'SELECT  ': 2, 'BEGIN  ': 1, 'ROLLBACK  ': 1 });
  });

  test('tells tables apart that it was told of, and shows no statement', async () => {
    const { pool } = watched({}, { tables: ['pg_class', 'pg_type'] });

    await pool.query("select 'secret' from pg_catalog.pg_class limit 1");
    await pool.query('/* of an ORM */ SELECT 1 FROM "pg_type" join pg_class on true limit 1');
    await pool.query('select 1 from pg_index limit 1');
    await pool.query('show server_version');

    expect(await statements()).toEqual({
      'SELECT pg_class ': 1,
      'SELECT pg_type ': 1,
      'SELECT  ': 1,
      'other  ': 1,
    });
    expect(await registry.metrics()).not.toContain('secret');
  });

  test.each([
    ['query', 'of a wrong statement', {}, 'select wrong'],
    ['timeout', 'the client gives up', { query_timeout: 50 }, 'select pg_sleep(1)'],
    ['timeout', 'the server gives up', { statement_timeout: 50 }, 'select pg_sleep(1)'],
    ['connection', 'the server ends it', {}, 'select pg_terminate_backend(pg_backend_pid())'],
  ])('counts as %s: %s', async (kind, _, config, text) => {
    const { pool } = watched(config);

    await expect(pool.query(text)).rejects.toThrow();

    expect(await statements()).toEqual({ [`SELECT  ${kind}`]: 1 });
  });

  test('counts a request that got no connection in time', async () => {
    const { pool } = watched({ max: 1, connectionTimeoutMillis: 100 });
    const client = await pool.connect();

    await expect(pool.query('insert into nothing values (1)')).rejects.toThrow('timeout');
    await expect(pool.connect()).rejects.toThrow('timeout');
    client.release();

    expect(await timeouts()).toEqual({ primary: 2 });
    expect(await statements()).toEqual({ 'INSERT  timeout': 1, 'other  timeout': 1 });
    const waited = await samples(registry, 'db_client_connection_wait_time_seconds_sum');
    expect(waited.primary).toBeGreaterThan(0.18);
  });

  test('counts a server that accepts and never answers as a time-out', async () => {
    const deaf = createServer();
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { port } = deaf.address() as { port: number };
    const connectionString = databaseUrl(port, 'app');
    const { pool } = watched({ connectionString, connectionTimeoutMillis: 100 });

    await expect(pool.query('select 1')).rejects.toThrow('timeout');

    deaf.close();
    expect(await timeouts()).toEqual({ primary: 1 });
    expect(await statements()).toEqual({ 'SELECT  timeout': 1 });
  });

  test.each<[string, (pool: Pool) => Promise<unknown>]>([
    ['a promise', (pool) => pool.query('select 1')],
    ['a callback', (pool) => answered((done) => pool.query('select 1', done))],
  ])('counts a server that is not there once: %s', async (_, call) => {
    const { pool } = watched({ connectionString: databaseUrl(1, 'app') });

    await expect(call(pool)).rejects.toThrow('ECONNREFUSED');

    expect(await statements()).toEqual({ 'SELECT  connection': 1 });
    expect(await timeouts()).toEqual({});
  });

  test('lets an ended pool fail as it does', async () => {
    const { pool } = watched();
    await pool.end();

    await expect(pool.query('select 1')).rejects.toThrow('after calling end');

    expect(await statements()).toEqual({ 'SELECT  connection': 1 });
  });

  test('refuses a pool that it watches already', () => {
    const { pool, stop } = watched();

    expect(() => watchPool(registry, pool, { name: 'again' })).toThrow('already watched');

    stop();
    watchPool(registry, pool, { name: 'again' });
  });

  test('counts statements of more than half a second', async () => {
    const { pool } = watched();

    await pool.query('select pg_sleep(0.6)');
    await pool.query('select pg_sleep(0.1)');

    expect(await samples(registry, 'db_client_slow_queries_total')).toEqual({ SELECT: 1 });
  });

  test('measures connections that were there before, and none after it was stopped', async () => {
    const pool = bare({ max: 1 });
    await pool.query('select 1');
    const stop = watchPool(registry, pool, { name: 'primary' });
    await pool.query('select 1');

    stop();
    await pool.query('select 1');

    expect(await statements()).toEqual({ 'SELECT  ': 1 });
    expect(await waits()).toEqual({ primary: 1 });
    expect(await samples(registry, 'db_client_connections')).toEqual({});
  });
});
