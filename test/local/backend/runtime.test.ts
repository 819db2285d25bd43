import { backendMetrics } from '../../../local/backend/metrics.js';
import { heapWatchdog, watchRuntime } from '../../../local/backend/runtime.js';
import { samples } from './backend.js';

describe('heapWatchdog', () => {
  test('reports each time that the heap becomes scarce, and not for as long as it is', () => {
    const reported: string[] = [];
    const check = heapWatchdog((level) => reported.push(level));

    for (const used of [50, 86, 90, 96, 97, 40, 88]) {
      check({ used_heap_size: used, heap_size_limit: 100 });
    }

    expect(reported).toEqual(['warning', 'critical', 'warning']);
  });
});

describe('watchRuntime', () => {
  test('measures the heap limit and how busy the event loop was', async () => {
    const metrics = backendMetrics('1', 'r');
    watchRuntime(metrics);
    const until = performance.now() + 100;
    while (performance.now() < until);

    const after = samples(await metrics.text());

    expect(after.sum('nodejs_heap_size_limit_bytes')).toBeGreaterThan(1e8);
    expect(after.sum('nodejs_eventloop_utilization_ratio')).toBeGreaterThan(0.1);
    expect(after.sum('memory_pressure_events_total')).toBe(0);
  });
});
