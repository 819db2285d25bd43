import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { watchRuntime } from '../../lib/instrumentation/runtime';
import { samples } from '../support/http-samples';

const build = { version: '1.2.3', revision: 'abc' };

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

async function utilization() {
  const found = await samples(registry, 'nodejs_eventloop_utilization_ratio');
  return found[''] ?? 0;
}

describe('watchRuntime', () => {
  test('shows the build, the limit of the heap and the default metrics', async () => {
    watchRuntime(registry, build);

    expect(await samples(registry, 'app_build_info')).toEqual({ '1.2.3 abc': 1 });
    expect(await samples(registry, 'nodejs_heap_size_limit_bytes')).toEqual({
      '': getHeapStatistics().heap_size_limit,
    });
    expect(await registry.metrics()).toContain('process_start_time_seconds ');
  });

  test('leaves default metrics alone that are there', async () => {
    collectDefaultMetrics({ register: registry });

    watchRuntime(registry, build);

    expect(await registry.metrics()).toContain('process_start_time_seconds ');
  });

  test('tells how busy the event loop was since the last scrape', async () => {
    watchRuntime(registry, build);
    await setTimeout(600);
    await utilization();

    const end = performance.now() + 200;
    while (performance.now() < end);
    const busy = await utilization();
    await setTimeout(500);
    const idle = await utilization();

    expect(busy).toBeGreaterThan(0.7);
    expect(idle).toBeLessThan(busy);
  });

  test('shows nothing of its own after it was stopped', async () => {
    const stop = watchRuntime(registry, build);
    await registry.metrics();

    stop();

    expect(await samples(registry, 'app_build_info')).toEqual({});
    expect(await samples(registry, 'nodejs_heap_size_limit_bytes')).toEqual({});
  });
});
