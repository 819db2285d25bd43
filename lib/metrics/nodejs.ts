import { foreign } from './foreign.js';

/** What `collectDefaultMetrics` of prom-client 15 exposes, as far as rules and dashboards read it. */
export const nodejs = foreign({
  process_cpu_seconds_total: ['counter', 'CPU time of the process'],
  process_cpu_user_seconds_total: ['counter', 'CPU time in user mode'],
  process_cpu_system_seconds_total: ['counter', 'CPU time in the kernel'],
  process_start_time_seconds: ['gauge', 'When the process started, since 1970'],
  process_resident_memory_bytes: ['gauge', 'Resident memory'],
  // The next two are read from /proc, and exist on Linux only.
  process_open_fds: ['gauge', 'Open file descriptors'],
  process_max_fds: ['gauge', 'File descriptors that may be open'],
  // Each scrape resets these, so that a second scraper sees half of what there was.
  nodejs_eventloop_lag_seconds: ['gauge', 'Lag of the event loop at the scrape'],
  nodejs_eventloop_lag_min_seconds: ['gauge', 'Smallest lag since the last scrape'],
  nodejs_eventloop_lag_max_seconds: ['gauge', 'Largest lag since the last scrape'],
  nodejs_eventloop_lag_mean_seconds: ['gauge', 'Mean lag since the last scrape'],
  nodejs_eventloop_lag_stddev_seconds: ['gauge', 'Standard deviation of the lag'],
  nodejs_eventloop_lag_p50_seconds: ['gauge', 'Median lag since the last scrape'],
  nodejs_eventloop_lag_p90_seconds: ['gauge', '90th percentile of the lag'],
  nodejs_eventloop_lag_p99_seconds: ['gauge', '99th percentile of the lag'],
  // Gauges, whatever their names say.
  nodejs_active_resources: ['gauge', 'What keeps the event loop alive', 'type'],
  nodejs_active_resources_total: ['gauge', 'The same, of every type'],
  nodejs_active_handles: ['gauge', 'Active libuv handles', 'type'],
  nodejs_active_handles_total: ['gauge', 'The same, of every type'],
  nodejs_active_requests: ['gauge', 'Active libuv requests', 'type'],
  nodejs_active_requests_total: ['gauge', 'The same, of every type'],
  nodejs_heap_size_total_bytes: ['gauge', 'V8 heap that is committed; it grows on demand'],
  nodejs_heap_size_used_bytes: ['gauge', 'V8 heap that is used'],
  nodejs_external_memory_bytes: ['gauge', 'Memory of C++ objects that JavaScript holds'],
  nodejs_heap_space_size_total_bytes: ['gauge', 'Committed size of a heap space', 'space'],
  nodejs_heap_space_size_used_bytes: ['gauge', 'Used size of a heap space', 'space'],
  nodejs_heap_space_size_available_bytes: ['gauge', 'Free size of a heap space', 'space'],
  nodejs_gc_duration_seconds: ['histogram', 'Garbage collection', 'kind'],
  nodejs_version_info: ['gauge', 'Version of Node.js', 'version', 'major', 'minor', 'patch'],
});
