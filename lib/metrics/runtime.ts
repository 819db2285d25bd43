import { counter, gauge, upTo } from './define.js';

export const memoryPressureEvents = counter(
  'memory_pressure_events_total',
  'Times that memory became scarce',
  { level: ['warning', 'critical'] },
);

/** Summed over workers like prom-client's heap sizes, so that used by limit stays a ratio. */
export const nodejsHeapSizeLimit = gauge(
  'nodejs_heap_size_limit_bytes',
  'Most that the V8 heap may grow to',
  {},
);

/** The busiest worker: an average would hide one that answers nobody. */
export const nodejsEventLoopUtilization = gauge(
  'nodejs_eventloop_utilization_ratio',
  'Share of time that the event loop was busy since the last scrape',
  {},
  'max',
);

export const appBuildInfo = gauge(
  'app_build_info',
  'Build that is running',
  { version: upTo(5), revision: upTo(5) },
  'first',
);
