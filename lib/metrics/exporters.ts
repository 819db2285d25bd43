import { type ForeignDefinition, foreign } from './foreign.js';

const disk = ['device'] as const;
const mount = ['device', 'device_error', 'fstype', 'mountpoint'] as const;
const nodeExporter = foreign({
  node_cpu_seconds_total: ['counter', 'Time of each CPU in each mode', 'cpu', 'mode'],
  node_load1: ['gauge', 'Load average over one minute'],
  node_boot_time_seconds: ['gauge', 'When the host started, since 1970'],
  node_memory_MemAvailable_bytes: ['gauge', 'Memory that programs can have, page cache included'],
  node_memory_MemTotal_bytes: ['gauge', 'Memory of the host'],
  node_pressure_cpu_waiting_seconds_total: ['counter', 'Time in which some task waited for a CPU'],
  node_pressure_io_waiting_seconds_total: ['counter', 'Time in which some task waited for a disk'],
  node_pressure_io_stalled_seconds_total: ['counter', 'Time in which every task did'],
  node_pressure_memory_waiting_seconds_total: ['counter', 'Time in which some task lacked memory'],
  node_pressure_memory_stalled_seconds_total: ['counter', 'Time in which every task did'],
  node_vmstat_oom_kill: ['untyped', 'Processes killed for their memory; it only grows'],
  node_vmstat_pgmajfault: ['untyped', 'Page faults that needed a disk; it only grows'],
  node_filesystem_avail_bytes: ['gauge', 'Space that a service can use', ...mount],
  node_filesystem_size_bytes: ['gauge', 'Size of the file system', ...mount],
  node_filesystem_readonly: ['gauge', '1 for a read-only file system', ...mount],
  node_filesystem_device_error: ['gauge', '1 for a file system that cannot be asked', ...mount],
  node_filesystem_files: ['gauge', 'Inodes of the file system', ...mount],
  node_filesystem_files_free: ['gauge', 'Inodes that are free', ...mount],
  node_disk_io_time_seconds_total: ['counter', 'Time in which the disk was busy', ...disk],
  node_disk_read_bytes_total: ['counter', 'Bytes read', ...disk],
  node_disk_written_bytes_total: ['counter', 'Bytes written', ...disk],
  node_disk_read_time_seconds_total: ['counter', 'Time that reads took', ...disk],
  node_disk_write_time_seconds_total: ['counter', 'Time that writes took', ...disk],
  node_disk_reads_completed_total: ['counter', 'Reads', ...disk],
  node_disk_writes_completed_total: ['counter', 'Writes', ...disk],
  node_network_receive_bytes_total: ['counter', 'Bytes received', 'device'],
  node_network_transmit_bytes_total: ['counter', 'Bytes sent', 'device'],
  node_network_receive_errs_total: ['counter', 'Errors in receiving', 'device'],
  node_network_transmit_errs_total: ['counter', 'Errors in sending', 'device'],
  node_network_receive_drop_total: ['counter', 'Packets dropped in receiving', 'device'],
  node_network_transmit_drop_total: ['counter', 'Packets dropped in sending', 'device'],
  node_scrape_collector_success: ['gauge', '1 for a collector that worked', 'collector'],
});

const backend = [
  ...['application_name', 'backend_type', 'datname', 'server', 'state', 'usename'],
  ...['wait_event', 'wait_event_type'],
] as const;
const slot = ['slot_name', 'slot_type'] as const;
const slots = ['database', 'server', 'slot_name'] as const;
const receiver = ['application_name', 'client_addr', 'server', 'slot_name', 'state'] as const;
const database = ['datid', 'datname'] as const;
const statement = ['datname', 'queryid', 'user'] as const;
const table = ['datname', 'relname', 'schemaname'] as const;
const postgresExporter = foreign({
  pg_up: ['gauge', '1 if PostgreSQL answers'],
  pg_exporter_last_scrape_error: ['gauge', '1 if a query of the exporter failed'],
  pg_scrape_collector_success: ['gauge', '1 for a collector that worked', 'collector'],
  pg_stat_activity_count: ['gauge', 'Connections by state', ...backend],
  pg_stat_activity_max_tx_duration: ['gauge', 'Age of the oldest transaction', ...backend],
  pg_settings_max_connections: ['gauge', 'Connections that there can be', 'server'],
  pg_settings_superuser_reserved_connections: ['gauge', 'Of them, for superusers', 'server'],
  pg_settings_reserved_connections: ['gauge', 'Of them, for roles with the right', 'server'],
  // 0 while the stream is cut: rules never read it alone.
  pg_replication_lag_seconds: ['gauge', 'Age of what the replica replays'],
  pg_replication_is_replica: ['gauge', '1 for a replica'],
  pg_replication_slots_pg_wal_lsn_diff: ['gauge', 'WAL that a slot keeps, in bytes', ...slots],
  pg_replication_slot_slot_is_active: ['gauge', '1 for a slot that is read', ...slot],
  pg_replication_slot_slot_confirmed_flush_lsn: ['gauge', 'What its reader has', ...slot],
  pg_replication_slot_safe_wal_size_bytes: ['gauge', 'WAL until the slot is lost', ...slot],
  pg_stat_replication_pg_wal_lsn_diff: ['gauge', 'WAL that it lacks, in bytes', ...receiver],
  // Counters whose names do not say so.
  pg_stat_database_xact_commit: ['counter', 'Transactions committed', ...database],
  pg_stat_database_xact_rollback: ['counter', 'Transactions rolled back', ...database],
  pg_stat_database_blks_hit: ['counter', 'Blocks found in the buffer cache', ...database],
  pg_stat_database_blks_read: ['counter', 'Blocks read from disk', ...database],
  pg_stat_database_deadlocks: ['counter', 'Deadlocks', ...database],
  pg_stat_database_temp_bytes: ['counter', 'Bytes of temporary files', ...database],
  pg_stat_database_tup_fetched: ['counter', 'Rows fetched', ...database],
  pg_stat_database_tup_inserted: ['counter', 'Rows inserted', ...database],
  pg_stat_database_tup_updated: ['counter', 'Rows updated', ...database],
  pg_stat_database_tup_deleted: ['counter', 'Rows deleted', ...database],
  pg_database_size_bytes: ['gauge', 'Size of a database on disk', 'datname'],
  pg_locks_count: ['gauge', 'Locks that are held', 'datname', 'mode'],
  pg_long_running_transactions: ['gauge', 'Transactions that are open'],
  pg_long_running_transactions_oldest_timestamp_seconds: ['gauge', 'Age of the oldest of them'],
  pg_stat_statements_calls_total: ['counter', 'Times that a statement ran', ...statement],
  pg_stat_statements_seconds_total: ['counter', 'Time that it took', ...statement],
  pg_stat_statements_rows_total: ['counter', 'Rows that it gave or changed', ...statement],
  pg_stat_user_tables_n_dead_tup: ['gauge', 'Rows that vacuum would remove', ...table],
  pg_stat_user_tables_n_live_tup: ['gauge', 'Rows', ...table],
});

const redisExporter = foreign({
  redis_up: ['gauge', '1 if Redis answers'],
  redis_exporter_last_scrape_error: ['gauge', '1 if the last scrape failed', 'err'],
  redis_keyspace_hits_total: ['counter', 'Keys found, by whoever uses this Redis'],
  redis_keyspace_misses_total: ['counter', 'Keys not found'],
  redis_memory_used_bytes: ['gauge', 'Memory that Redis uses'],
  redis_memory_max_bytes: ['gauge', 'Memory that it may use; 0 means no limit'],
  redis_evicted_keys_total: ['counter', 'Keys removed for want of memory'],
  redis_expired_keys_total: ['counter', 'Keys whose time was over'],
  redis_rejected_connections_total: ['counter', 'Connections refused because of maxclients'],
  redis_connected_clients: ['gauge', 'Clients'],
  redis_config_maxclients: ['gauge', 'Clients that there can be'],
  redis_blocked_clients: ['gauge', 'Clients that wait for a list or a stream'],
  redis_commands_processed_total: ['counter', 'Commands'],
  redis_commands_duration_seconds_total: ['counter', 'Time that commands took', 'cmd'],
  redis_db_keys: ['gauge', 'Keys of a database', 'db'],
  redis_uptime_in_seconds: ['gauge', 'Age of the Redis process'],
});

const container = ['container_name'] as const;
const ecsExporter = foreign({
  ecs_container_cpu_usage_seconds_total: ['counter', 'CPU time of a container', ...container],
  ecs_container_memory_usage_bytes: ['gauge', 'Memory with its page cache', ...container],
  ecs_container_memory_page_cache_size_bytes: ['gauge', 'Page cache', ...container],
  ecs_container_memory_limit_bytes: ['gauge', 'Memory that it may use', ...container],
  // Only of a container that has a restart policy.
  ecs_container_restarts_total: ['counter', 'Restarts of a container', ...container],
  ecs_network_receive_bytes_total: ['counter', 'Bytes received by the task', 'interface'],
  ecs_network_transmit_bytes_total: ['counter', 'Bytes sent by the task', 'interface'],
  ecs_task_cpu_limit_vcpus: ['gauge', 'CPUs of the task'],
  ecs_task_memory_limit_bytes: ['gauge', 'Memory of the task'],
  ecs_task_ephemeral_storage_used_bytes: ['gauge', 'Disk that the task uses'],
  ecs_task_ephemeral_storage_allocated_bytes: ['gauge', 'Disk that it may use'],
});

const scrape = ['receiver', 'transport'] as const;
const queue = ['data_type', 'exporter'] as const;
/** As the collector itself exposes them: without units, and without _total for a counter. */
const collector = foreign({
  otelcol_process_uptime: ['counter', 'Age of the collector in seconds'],
  otelcol_process_memory_rss: ['gauge', 'Resident memory of the collector'],
  otelcol_process_cpu_seconds: ['counter', 'CPU time of the collector'],
  otelcol_receiver_accepted_metric_points: ['counter', 'Samples scraped', ...scrape],
  otelcol_receiver_refused_metric_points: ['counter', 'Samples that were not taken', ...scrape],
  otelcol_exporter_sent_metric_points: ['counter', 'Samples delivered', 'exporter'],
  // The next two are there from the first failure on.
  otelcol_exporter_send_failed_metric_points: ['counter', 'Samples given up', 'exporter'],
  otelcol_exporter_enqueue_failed_metric_points: ['counter', 'No room for them', 'exporter'],
  otelcol_exporter_queue_size: ['gauge', 'Batches that wait', ...queue],
  otelcol_exporter_queue_capacity: ['gauge', 'Batches that may wait', ...queue],
});

/** The same of a collector that was told, or is old enough, to end counters in _total. */
const suffixedCollector = foreign({
  otelcol_receiver_refused_metric_points_total: ['counter', 'Samples not taken', ...scrape],
  otelcol_exporter_send_failed_metric_points_total: ['counter', 'Samples given up', 'exporter'],
  otelcol_exporter_enqueue_failed_metric_points_total: ['counter', 'No room', 'exporter'],
});

const balancer = ['account_id', 'name', 'region', 'dimension_LoadBalancer'] as const;
const group = [...balancer, 'dimension_TargetGroup'] as const;
const instance = ['account_id', 'name', 'region', 'dimension_DBInstanceIdentifier'] as const;
const distribution = ['account_id', 'name', 'region', 'dimension_DistributionId'] as const;
/** Named by YACE's rule, `aws_<namespace>_<metric>_<statistic>`; CloudWatch is no engine that runs here. */
const cloudwatch = foreign({
  aws_applicationelb_request_count_sum: ['gauge', 'Requests per period', ...balancer],
  aws_applicationelb_httpcode_elb_5_xx_count_sum: ['gauge', 'Errors it made itself', ...balancer],
  aws_applicationelb_httpcode_target_5_xx_count_sum: ['gauge', 'Errors of targets', ...balancer],
  aws_applicationelb_target_response_time_average: ['gauge', 'Response time', ...balancer],
  aws_applicationelb_healthy_host_count_maximum: ['gauge', 'Healthy targets', ...group],
  aws_applicationelb_un_healthy_host_count_maximum: ['gauge', 'Unhealthy targets', ...group],
  aws_rds_free_storage_space_average: ['gauge', 'Free bytes of an instance', ...instance],
  aws_rds_cpuutilization_average: ['gauge', 'CPU of an instance in percent', ...instance],
  aws_rds_freeable_memory_average: ['gauge', 'Bytes of memory that are free', ...instance],
  aws_rds_database_connections_average: ['gauge', 'Connections', ...instance],
  aws_rds_replica_lag_average: ['gauge', 'Lag of a read replica in seconds', ...instance],
  aws_rds_aurora_replica_lag_average: ['gauge', 'Lag in milliseconds', ...instance],
  // In us-east-1 only, of a distribution with additional metrics switched on; in percent.
  aws_cloudfront_cache_hit_rate_average: ['gauge', 'Cache hit rate', ...distribution],
  aws_cloudfront_requests_sum: ['gauge', 'Requests per period', ...distribution],
  aws_cloudfront_5xx_error_rate_average: ['gauge', 'Error rate in percent', ...distribution],
});

/** What Prometheus and the collector's receiver add to each scrape, and what a ruler writes. */
const scraper = foreign({
  up: ['gauge', '1 if the scrape worked'],
  scrape_duration_seconds: ['gauge', 'Time that the scrape took'],
  scrape_samples_scraped: ['gauge', 'Samples that the target exposed'],
  scrape_samples_post_metric_relabeling: ['gauge', 'Samples that were kept'],
  scrape_series_added: ['gauge', 'Series that were new'],
  ALERTS: ['gauge', 'Alerts that are pending or fire', 'alertname', 'alertstate', 'severity'],
});

/** One of the two calls a route path, the other route; rules/http-mapping.yaml makes them ours. */
const middleware = foreign({
  http_request_duration_seconds: [
    'histogram',
    'Duration of HTTP requests',
    ...['method', 'path', 'route', 'status_code'],
  ],
});

/** The metrics of others that rules and dashboards read, by who exposes them. */
export const exporters = {
  node_exporter: nodeExporter,
  postgres_exporter: postgresExporter,
  redis_exporter: redisExporter,
  ecs_exporter: ecsExporter,
  collector,
  suffixedCollector,
  cloudwatch,
  scraper,
  middleware,
} as const satisfies Readonly<Record<string, readonly ForeignDefinition[]>>;
