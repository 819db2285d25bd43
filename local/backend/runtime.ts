import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Metrics } from './metrics.js';

type Level = 'warning' | 'critical';

const CHECK_MS = 5_000;

/** Measures what prom-client leaves out: the heap's limit, its scarcity, and how busy the event loop is. */
export function watchRuntime(metrics: Metrics) {
  let last = performance.eventLoopUtilization();
  metrics.onScrape(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    metrics.runtime.eventLoopUtilization.set(utilization);
    metrics.runtime.heapLimit.set(getHeapStatistics().heap_size_limit);
    last = now;
  });
  const check = heapWatchdog((level) => metrics.runtime.memoryPressure.inc({ level }));
  setInterval(() => check(getHeapStatistics()), CHECK_MS).unref();
}

/** Reports each time that the heap gets scarce, once, until it is not scarce any more. */
export function heapWatchdog(report: (level: Level) => void) {
  let current: Level | undefined;
  return (heap: { readonly used_heap_size: number; readonly heap_size_limit: number }) => {
    const level = levelOf(heap.used_heap_size / heap.heap_size_limit);
    if (level && level !== current) report(level);
    current = level;
  };
}

function levelOf(usedRatio: number): Level | undefined {
  if (usedRatio >= 0.95) return 'critical';
  return usedRatio >= 0.85 ? 'warning' : undefined;
}
