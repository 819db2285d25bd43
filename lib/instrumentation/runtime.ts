import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { collectDefaultMetrics } from 'prom-client';
import { readAtScrape } from '../metrics/at-scrape.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import {
  appBuildInfo,
  nodejsEventLoopUtilization,
  nodejsHeapSizeLimit,
} from '../metrics/runtime.js';

export interface Build {
  readonly version: string;
  /** The commit that it was built from. */
  readonly revision: string;
}

/**
 * Measures the process: prom-client's default metrics, unless the registry has them, and what they
 * leave out. The default metrics go on until the process ends.
 */
export function watchRuntime(registry: AnyRegistry, { version, revision }: Build): () => void {
  // The total heap of prom-client grows on demand: how scarce it is, only its limit tells.
  const limit = () => [[{}, getHeapStatistics().heap_size_limit]] as const;
  const stops = [
    readAtScrape(registry, appBuildInfo, () => [[{ version, revision }, 1]]),
    readAtScrape(registry, nodejsHeapSizeLimit, limit),
    readAtScrape(registry, nodejsEventLoopUtilization, utilization()),
  ];
  if (!registry.getSingleMetric('process_cpu_user_seconds_total')) {
    collectDefaultMetrics({ register: registry });
  }
  return () => {
    for (const stop of stops) stop();
  };
}

function utilization() {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization: ratio } = performance.eventLoopUtilization(now, last);
    last = now;
    return [[{}, ratio]] as const;
  };
}
