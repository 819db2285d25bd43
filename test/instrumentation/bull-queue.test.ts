import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Registry } from 'prom-client';
import { watchQueue } from '../../lib/instrumentation/bull-queue';
import { measuredTask } from '../../lib/instrumentation/worker';
import { type Redis, startRedis } from '../../local/redis';
import { samples } from '../support/http-samples';

const name = 'segmentation';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const tasks = () => samples(registry, 'ml_queue_tasks');
const oldestAge = () => samples(registry, 'ml_queue_oldest_task_age_seconds');

describe('watchQueue', () => {
  const folder = mkdtempSync(join(tmpdir(), 'queue-'));
  let redis: Redis;
  let queue: Queue;

  beforeAll(async () => {
    redis = await startRedis({ folder, port: await freePort() });
    queue = new Queue(name, { connection: { host: '127.0.0.1', port: redis.port } });
  }, 60_000);

  beforeEach(async () => {
    await queue.obliterate({ force: true });
    watchQueue(registry, queue, { name });
  });

  afterEach(() => queue.resume());

  afterAll(async () => {
    await queue?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  test('counts waiting, prioritized and delayed tasks apart', async () => {
    await queue.add('cells', {});
    await queue.add('cells', {}, { priority: 1 });
    await queue.add('cells', {}, { delay: 60_000 });

    expect(await tasks()).toEqual({
      'segmentation waiting': 1,
      'segmentation prioritized': 1,
      'segmentation delayed': 1,
    });
  });

  test.each([
    ['waiting', {}],
    ['prioritized', { priority: 1 }],
  ])('tells the age of the oldest task that is %s', async (_, options) => {
    const timestamp = Date.now() - 20_000;
    await queue.add('cells', {}, { ...options, timestamp });
    await queue.add('cells', {}, options);

    const age = await oldestAge();

    expect(age.segmentation).toBeCloseTo(20, 0);
  });

  test('lets the tasks of a paused queue wait for nobody', async () => {
    await queue.add('cells', {}, { timestamp: Date.now() - 20_000 });
    await queue.add('cells', {}, { priority: 1 });

    await queue.pause();

    expect(await tasks()).toEqual({ 'segmentation paused': 2 });
    expect(await oldestAge()).toEqual({});
  });

  test('follows tasks through a measured worker', async () => {
    const options = { queue: name, concurrency: 2, types: ['cells'] };
    const work = measuredTask(
      registry,
      options,
      async (job: { name: string; timestamp: number }) => {
        if (job.name === 'broken') throw new Error('no model');
        return 'done';
      },
    );
    const worker = new Worker(name, work, {
      connection: { host: '127.0.0.1', port: redis.port },
      concurrency: 2,
    });
    await queue.add('cells', {});
    await queue.add('broken', {});

    await new Promise<void>((resolve) => worker.once('drained', () => resolve()));
    await worker.close();

    expect(await samples(registry, 'ml_tasks_total')).toEqual({
      'segmentation cells ok': 1,
      'segmentation broken failed': 1,
    });
    expect(await tasks()).toEqual({ 'segmentation failed': 1 });
    expect(await samples(registry, 'ml_task_wait_duration_seconds_count')).toEqual({
      segmentation: 2,
    });
    expect(await samples(registry, 'ml_workers')).toEqual({ 'segmentation idle': 2 });
  });

  test('delays no scrape and breaks none while Redis does not answer', async () => {
    const sockets: Socket[] = [];
    const deaf = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { port } = deaf.address() as AddressInfo;
    const lost = new Queue(name, {
      connection: { host: '127.0.0.1', port, retryStrategy: () => null },
    });
    lost.on('error', () => {});
    const own = new Registry();
    watchQueue(own, lost, { name });

    const start = performance.now();
    await own.metrics();
    const took = performance.now() - start;

    expect(took).toBeLessThan(2_000);
    expect(await samples(own, 'ml_queue_tasks')).toEqual({});
    for (const socket of sockets) socket.destroy();
    deaf.close();
  });

  test('shows what it last knew while Redis is away, and breaks no scrape', async () => {
    await queue.add('cells', {});
    const before = await tasks();
    queue.on('error', () => {});

    await redis.stop();
    const after = await tasks();

    expect(before).toEqual({ 'segmentation waiting': 1 });
    expect(after).toEqual(before);
    redis = await startRedis({ folder, port: redis.port });
  }, 30_000);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
