import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { join } from 'node:path';
import { type ClusterMetrics, clusterMetrics } from '../../lib/instrumentation/cluster';
import type { Order } from '../support/cluster-worker';

let metrics: ClusterMetrics;
let workers: readonly [Worker, Worker];

beforeAll(() => {
  cluster.setupPrimary({
    exec: join(__dirname, '../support/cluster-worker.ts'),
    execArgv: ['--import', 'tsx'],
  });
});

beforeEach(async () => {
  metrics = clusterMetrics();
  workers = await Promise.all([started(), started()]);
}, 60_000);

afterEach(async () => {
  metrics.stop();
  const running = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(running.map(killed));
}, 30_000);

async function started(): Promise<Worker> {
  const worker = cluster.fork();
  await once(worker, 'message');
  return worker;
}

async function killed(worker: Worker) {
  worker.process.kill('SIGKILL');
  await once(worker, 'exit');
}

async function count(worker: Worker, events: number) {
  worker.send({ count: events } satisfies Order);
  await once(worker, 'message');
}

async function scrape(series: string): Promise<number> {
  const lines = (await metrics.metrics()).split('\n');
  const line = lines.find((one) => one.startsWith(series));
  return Number(line?.slice(line.lastIndexOf(' ')));
}

const allowed = () => scrape('rate_limit_decisions_total{limiter="api",decision="allowed"}');

describe('clusterMetrics', () => {
  test('adds counters and histograms, and each gauge by its aggregator', async () => {
    await count(workers[0], 2);
    await count(workers[1], 3);

    expect(await allowed()).toBe(5);
    expect(await scrape('ml_task_wait_duration_seconds_bucket{le="1",queue="segmentation"}')).toBe(
      5,
    );
    expect(await scrape('ml_task_wait_duration_seconds_sum{queue="segmentation"}')).toBe(5);
    expect(await scrape('db_client_connection_max{pool_name="primary"}')).toBe(20);
    expect(await scrape('ml_queue_tasks{queue="segmentation",state="waiting"}')).toBe(7);
    expect(await scrape('app_build_info{version="1",revision="abc"}')).toBe(1);
    expect(await scrape('nodejs_eventloop_utilization_ratio')).toBeLessThanOrEqual(1);
    expect(await scrape('process_start_time_seconds')).toBeGreaterThan(1e9);
  }, 30_000);

  test('keeps what a dead worker has counted, and drops its gauges', async () => {
    await count(workers[0], 2);
    await count(workers[1], 3);
    const before = await allowed();

    await killed(workers[0]);
    const after = await allowed();
    const replacement = await started();
    await count(replacement, 4);

    expect([before, after, await allowed()]).toEqual([5, 5, 9]);
    expect(await scrape('db_client_connection_max{pool_name="primary"}')).toBe(20);
    await killed(replacement);
    await killed(workers[1]);
    expect(await allowed()).toBe(9);
    expect(await scrape('db_client_connection_max{pool_name="primary"}')).toBeNaN();
  }, 60_000);

  test('answers while a worker is blocked, with what that had last counted', async () => {
    await count(workers[0], 2);
    await count(workers[1], 3);
    await metrics.metrics();

    workers[0].send({ blockMs: 4_000 } satisfies Order);
    const start = Date.now();
    const [during, connections] = await Promise.all([
      allowed(),
      scrape('db_client_connection_max{pool_name="primary"}'),
    ]);
    const took = Date.now() - start;

    expect(during).toBe(5);
    expect(connections).toBe(10);
    expect(took).toBeLessThan(3_000);
  }, 30_000);

  test('answers when a worker dies during a scrape', async () => {
    await count(workers[0], 2);
    await count(workers[1], 3);
    await metrics.metrics();

    const scraped = Promise.all([allowed(), allowed()]);
    workers[0].send({ exit: true } satisfies Order);

    expect(await scraped).toEqual([5, 5]);
    expect(await allowed()).toBe(5);
  }, 30_000);
});
