import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { freePorts } from '../../../local/environment.js';
import { databaseUrl, type Postgres, startPostgres } from '../../../local/postgres.js';
import { startRedis } from '../../../local/redis.js';
import packageJson from '../../../package.json';
import { freePort, type RunningBackend, spawnBackend, startBackend, until } from './backend.js';

// A loaded machine is no reason to fail.
jest.setTimeout(20_000);

const guards = ['metrics_label_values_replaced_total', 'metrics_values_refused_total'];

describe('main', () => {
  let folder: string;
  let postgres: Postgres;
  let url: string;
  const running: RunningBackend[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backend-main-'));
    const ports = await freePorts();
    url = databaseUrl(ports.primary, 'app');
    const logs = join(folder, 'logs');
    postgres = await startPostgres({ folder: join(folder, 'data'), logs, ports, report: () => {} });
  }, 60_000);

  afterEach(() => Promise.all(running.splice(0).map((backend) => backend.stop())));

  afterAll(async () => {
    await Promise.all([postgres?.replica.stop(), postgres?.primary.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function started(environment: NodeJS.ProcessEnv = {}): Promise<RunningBackend> {
    const backend = await startBackend(url, environment);
    running.push(backend);
    return backend;
  }

  const used = { state: 'used' };
  const isReady = ({ status }: { status: number }) => status === 200;

  async function ready(environment: NodeJS.ProcessEnv = {}): Promise<RunningBackend> {
    const backend = await started(environment);
    await until(() => backend.ask('GET', '/health'), isReady);
    return backend;
  }

  test('has a sample of every metric, and each counter at 0, before the first request', async () => {
    const backend = await ready();

    const text = await (await fetch(`${backend.url}/api/metrics`)).text();

    const fresh = await backend.metrics();
    // These are born with their first value, and no alert counts from it.
    const later = ['http_server_response_body_size_bytes_count', ...guards];
    const families = [...text.matchAll(/^# TYPE (\w+) (counter|gauge|histogram)$/gm)]
      .map(([, name = '', type]) => (type === 'histogram' ? `${name}_count` : name))
      .filter((name) => !/^(process|nodejs)_/.test(name));
    const counted = families.filter((name) => /_(total|count)$/.test(name));
    expect(families.length).toBeGreaterThan(30);
    expect(families.filter((name) => !fresh.names.has(name)).sort()).toEqual(later);
    expect(counted.filter((name) => (fresh.sum(name) ?? 0) !== 0)).toEqual([]);
    expect(fresh.sum('app_build_info', { version: packageJson.version, revision: 'local' })).toBe(
      1,
    );
  });

  test('asks its database while Redis is away, and Redis when it is there', async () => {
    const port = await freePort();
    const backend = await ready({ REDIS_URL: `redis://127.0.0.1:${port}` });
    const lookups = async (result: string) =>
      (await backend.metrics()).sum('cache_requests_total', { cache_tier: 'redis', result });
    const { status } = await backend.ask('GET', '/api/cells/7');
    const failed = await lookups('error');
    const missedWhileAway = await lookups('miss');

    const redis = await startRedis({ port, folder });
    const ids = Array.from({ length: 200 }, (_, index) => index + 1).values();
    await until(
      async () => {
        await backend.ask('GET', `/api/cells/${ids.next().value}`);
        return lookups('miss');
      },
      (seen) => (seen ?? 0) > 0,
    );

    await redis.stop();
    expect(status).toBe(200);
    expect(failed).toBe(1);
    expect(missedWhileAway).toBe(0);
  });

  describe('while all is well', () => {
    let backend: RunningBackend;

    beforeAll(async () => {
      backend = await ready();
      running.splice(0);
    });

    afterAll(() => backend?.stop());

    test('answers with a cell, out of its cache the second time', async () => {
      const first = await backend.ask('GET', '/api/cells/3');
      const second = await backend.ask('GET', '/api/cells/3');

      const after = await backend.metrics();
      expect(first).toMatchObject({ status: 200, body: { id: 3, area_um2: expect.any(Number) } });
      expect(second).toEqual(first);
      expect(after.sum('cache_requests_total', { result: 'hit' })).toBe(1);
      expect(after.sum('db_client_operation_duration_seconds_count')).toBe(1);
    });

    test('segments a cell, tells every listener, and forgets the cached cell', async () => {
      const socket = new WebSocket(`${backend.url.replace('http', 'ws')}/ws`);
      await once(socket, 'open');
      const told: { state: string }[] = [];
      socket.on('message', (data) => told.push(...JSON.parse(String(data))));
      await backend.ask('GET', '/api/cells/5');

      const wanted = { cellId: 5, model: 'spheroids' };
      const { status, location } = await backend.ask('POST', '/api/segmentations', wanted);

      const done = { body: expect.objectContaining({ cell_id: 5, state: 'done' }) };
      const segmentation = await until(
        () => backend.ask('GET', location),
        ({ body }) => (body as { state: string }).state === 'done',
      );
      await until(
        async () => told.map(({ state }) => state),
        (states) => states.join() === 'active,done',
      );
      const cell = await backend.ask('GET', '/api/cells/5');
      socket.terminate();
      expect(status).toBe(202);
      expect(segmentation).toMatchObject(done);
      expect(cell.body).toMatchObject({ segmented_at: expect.any(String) });
    });

    test('answers 404 to what is not there, and 400 to what it cannot understand', async () => {
      const request = (body?: object) => backend.ask('POST', '/api/segmentations', body);

      const missing = await Promise.all([
        backend.ask('GET', '/api/cells/999999'),
        backend.ask('GET', '/api/cells/1%20or%201=1'),
        backend.ask('GET', '/api/segmentations/0'),
        request({ cellId: 999_999, model: 'cells' }),
      ]);
      const wrong = await Promise.all([request({ cellId: '1', model: 'cells' }), request()]);

      expect(missing.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(wrong.map(({ status }) => status)).toEqual([400, 400]);
    });
  });

  test('is not ready before its database is', async () => {
    await postgres.primary.stop();

    const backend = await started();

    const beforehand = [
      await backend.ask('GET', '/health'),
      await backend.ask('GET', '/api/cells'),
    ].map(({ status }) => status);
    await postgres.primary.start();
    await until(() => backend.ask('GET', '/health'), isReady);
    expect(beforehand).toEqual([503, 503]);
  });

  test.each([
    ['idle connections', 'cache', 'idle', 1],
    ['open transactions', 'pool', 'used', 20],
  ])('outlives the end of its database with %s', async (_, fault, state, connections) => {
    const backend = await ready();
    const status = async () => (await backend.ask('GET', '/api/cells')).status;
    await status();
    await backend.ask('PUT', `/chaos/${fault}`);
    await until(
      backend.metrics,
      (seen) => seen.sum('db_client_connections', { state }) === connections,
    );

    await postgres.primary.stop();
    await backend.ask('DELETE', `/chaos/${fault}`);
    const down = [await status(), await status()];
    const health = await backend.ask('GET', '/health');
    await postgres.primary.start();

    await until(status, (seen) => seen === 200);
    const after = await backend.metrics();
    const failed = { error_type: 'connection' };
    expect(down).toEqual([503, 503]);
    expect(health.status).toBe(200);
    expect(after.sum('db_client_operation_duration_seconds_count', failed)).toBeGreaterThan(1);
  });

  test('ends with 0 when it is asked to, even while its pool is held', async () => {
    const backend = await ready();
    await backend.ask('PUT', '/chaos/pool');
    await backend.ask('PUT', '/chaos/queue');
    await until(backend.metrics, (seen) => seen.sum('db_client_connections', used) === 20);

    const code = await backend.stop();

    expect(code).toBe(0);
  });
});

describe('main without what it needs', () => {
  const taken: Server[] = [];

  afterAll(() => {
    for (const server of taken) server.close();
  });

  async function takenPort(): Promise<string> {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    taken.push(server);
    await once(server, 'listening');
    return String(port);
  }

  async function ended(environment: NodeJS.ProcessEnv) {
    const child = spawnBackend(environment);
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    const [code] = await once(child, 'close');
    return { code, said };
  }

  test('says that DATABASE_URL is missing', async () => {
    const { code, said } = await ended({});

    expect(code).toBe(1);
    expect(said).toContain('DATABASE_URL must be postgres://user:password@host:port/name');
  });

  test('says that its port is taken', async () => {
    const environment = {
      DATABASE_URL: 'postgres://app@127.0.0.1:1/none',
      PORT: await takenPort(),
    };

    const { code, said } = await ended(environment);

    expect(code).toBe(1);
    expect(said).toContain(`address already in use 127.0.0.1:${environment.PORT}`);
  });
});
