import type { Target } from '../../../lib/collector/targets.js';
import type { Sample } from './remote-write.js';

/** What is wrong with the monitored product at the moment. */
export type Condition = 'healthy' | 'broken';

/** How many seconds the product has been in each condition so far. */
export type Seconds = Readonly<Record<Condition, number>>;

type Labels = Readonly<Record<string, string>>;
type Series = (name: string, value: number, labels?: Labels) => Sample;

const dns = { dns: 'product.internal', port: 9000 };
const target = (job: string, exposes: Target['exposes'], expectedMinimum: number): Target => ({
  job,
  exposes,
  discovery: dns,
  expectedMinimum,
});

/** A job for each thing that can break, so that all of them can break at once. */
export const productTargets: readonly Target[] = [
  target('api', 'backend', 1),
  target('shop', 'backend', 1),
  target('worker', 'backend', 1),
  target('web', 'backend', 2),
  target('db-mute', 'postgres', 1),
  // Two jobs that expose `postgres` are refused at synth; only the absence alert depends on it.
  target('db-down', 'node', 1),
  target('db-slow', 'node', 2),
  target('host', 'node', 1),
  target('redis-mute', 'redis', 1),
  target('ecs-mute', 'ecs', 1),
  target('cloudwatch-mute', 'cloudwatch', 1),
  target('collector', 'collector', 1),
];

/** The samples that a collector would scrape from the product in this condition. */
export function productSamples(condition: Condition, seconds: Seconds): Sample[] {
  const bad = condition === 'broken';
  return [
    ...services(bad),
    ...absences(bad),
    ...requests(seconds),
    ...databases(bad),
    ...hosts(bad, seconds),
    ...caches(bad, seconds),
    ...queues(bad, seconds),
    ...processes(bad, seconds),
    ...containers(bad, seconds),
    ...cloud(bad),
    ...pipeline(bad, seconds),
  ];
}

function of(job: string, instance = job): Series {
  return (name, value, labels = {}) => ({ name, labels: { job, instance, ...labels }, value });
}

function services(bad: boolean): Sample[] {
  return [
    of('api')('up', 1),
    of('shop')('up', 1),
    of('worker')('up', bad ? 0 : 1),
    of('web', 'web-1')('up', 1),
    of('web', 'web-2')('up', bad ? 0 : 1),
    of('collector')('up', 1),
  ];
}

/** Targets that answer, but no longer with what they are for. */
function absences(bad: boolean): Sample[] {
  const whatFor: readonly (readonly [string, string])[] = [
    ['db-mute', 'pg_up'],
    ['redis-mute', 'redis_up'],
    ['ecs-mute', 'ecs_container_memory_usage_bytes'],
    ['cloudwatch-mute', 'aws_rds_cpuutilization_average'],
  ];
  return whatFor.flatMap(([job, metric]) => [
    of(job)('up', 1),
    ...(bad ? [] : [of(job)(metric, 1)]),
  ]);
}

function requests({ healthy, broken }: Seconds): Sample[] {
  const [api, shop] = [of('api'), of('shop')];
  const all = 10 * (healthy + broken);
  const fast = 10 * healthy + 5 * broken;
  const [count, bucket] = ['count', 'bucket'].map(
    (part) => `http_server_request_duration_seconds_${part}`,
  ) as [string, string];
  const code = (status: string) => ({
    http_route: '/api/things',
    http_response_status_code: status,
  });
  return [
    // 2 % of errors spend the budget, and are less than HttpErrorRateHigh's 5 %, which would mute that.
    api(count, all, code('200')),
    api(count, 0.2 * broken, code('500')),
    // Slower than the objective's second, and not than HttpResponseTimeHigh's two, which would mute it.
    api(bucket, fast, { ...code('200'), le: '1' }),
    ...['2', '+Inf'].map((le) => api(bucket, all, { ...code('200'), le })),
    ...['1', '2'].map((le) => shop(bucket, fast, { ...code('200'), le })),
    ...['10', '+Inf'].map((le) => shop(bucket, all, { ...code('200'), le })),
    api('rate_limit_decisions_total', broken, { limiter: 'login', decision: 'limited' }),
    api('websocket_connections_closed_total', broken, { endpoint: '/ws', close_code: '1011' }),
    shop(count, all, code('200')),
    shop(count, 10 * broken, code('500')),
  ];
}

function databases(bad: boolean): Sample[] {
  const [api, down] = [of('api'), of('db-down')];
  const [primary, replica] = [of('db-slow', 'primary'), of('db-slow', 'replica')];
  const [cutPrimary, cutReplica] = [of('db-cut', 'primary'), of('db-cut', 'replica')];
  const client = { backend_type: 'client backend' };
  const pool = { pool_name: 'main' };
  return [
    api('db_client_connections', bad ? 10 : 1, { ...pool, state: 'used' }),
    api('db_client_connection_max', 10, pool),
    api('db_client_connection_pending_requests', bad ? 4 : 0, pool),
    down('up', 1),
    down('pg_up', bad ? 0 : 1),
    // No exporter says these while pg_up is 0; they make visible what DatabaseDown mutes.
    down('pg_replication_is_replica', 1),
    down('pg_replication_lag_seconds', bad ? 60 : 0),
    ...connections(down),
    down('pg_stat_activity_count', bad ? 97 : 10, client),
    primary('up', 1),
    primary('pg_up', 1),
    primary('pg_replication_is_replica', 0),
    ...connections(primary),
    primary('pg_stat_activity_count', bad ? 96 : 10, client),
    primary('pg_replication_slot_slot_is_active', bad ? 0 : 1, { slot_name: 'replica' }),
    primary('pg_stat_replication_pg_wal_lsn_diff', 0, { state: 'streaming' }),
    replica('up', 1),
    replica('pg_up', 1),
    replica('pg_replication_is_replica', 1),
    replica('pg_replication_lag_seconds', bad ? 60 : 0),
    ...connections(replica),
    replica('pg_stat_activity_count', bad ? 85 : 10, client),
    ...['idle in transaction', 'active'].map((state) =>
      replica('pg_stat_activity_max_tx_duration', bad ? 10_000 : 1, { ...client, state }),
    ),
    cutPrimary('pg_replication_is_replica', 0),
    cutReplica('pg_replication_is_replica', 1),
    ...(bad ? [] : [cutPrimary('pg_stat_replication_pg_wal_lsn_diff', 0, { state: 'streaming' })]),
  ];
}

function connections(series: Series): Sample[] {
  return [
    series('pg_settings_max_connections', 100),
    series('pg_settings_superuser_reserved_connections', 3),
  ];
}

function hosts(bad: boolean, { healthy, broken }: Seconds): Sample[] {
  const host = of('host');
  const disk = { device: '/dev/sda1', mountpoint: '/', fstype: 'ext4' };
  return [
    host('up', 1),
    host('node_filesystem_avail_bytes', bad ? 5 : 80, disk),
    host('node_filesystem_size_bytes', 100, disk),
    host('node_filesystem_readonly', 0, disk),
    host('node_cpu_seconds_total', healthy, { cpu: '0', mode: 'idle' }),
    host('node_pressure_memory_waiting_seconds_total', 0.5 * broken),
    host('node_vmstat_oom_kill', Math.floor(broken)),
    // Two instances of one job, so that one message has to say both.
    ...['host-1', 'host-2'].flatMap((instance) => [
      of('hosts', instance)('node_memory_MemAvailable_bytes', bad ? 5 : 80),
      of('hosts', instance)('node_memory_MemTotal_bytes', 100),
    ]),
  ];
}

function caches(bad: boolean, { healthy, broken }: Seconds): Sample[] {
  const [api, down, full] = [of('api'), of('redis', 'redis-down'), of('redis', 'redis-full')];
  const tier = { cache_tier: 'redis' };
  return [
    api('cache_requests_total', 10 * healthy, { ...tier, result: 'hit' }),
    api('cache_requests_total', 10 * broken, { ...tier, result: 'miss' }),
    down('redis_up', bad ? 0 : 1),
    full('redis_up', 1),
    full('redis_memory_used_bytes', bad ? 95 : 10),
    full('redis_memory_max_bytes', 100),
    full('redis_rejected_connections_total', broken),
  ];
}

function queues(bad: boolean, { healthy, broken }: Seconds): Sample[] {
  const worker = of('ml');
  return [
    worker('ml_queue_tasks', bad ? 200 : 0, { queue: 'segmentation', state: 'waiting' }),
    worker('ml_tasks_total', healthy + broken, { queue: 'segmentation', outcome: 'ok' }),
    worker('ml_tasks_total', broken, { queue: 'segmentation', outcome: 'error' }),
    worker('ml_queue_tasks', bad ? 3 : 0, { queue: 'export', state: 'waiting' }),
    worker('ml_tasks_total', healthy, { queue: 'export', outcome: 'ok' }),
  ];
}

function processes(bad: boolean, { healthy, broken }: Seconds): Sample[] {
  const ml = of('ml');
  return [
    ml('nodejs_eventloop_lag_seconds', 0.01),
    ml('process_cpu_seconds_total', 0.1 * healthy + 2 * broken),
    ml('nodejs_heap_size_used_bytes', bad ? 95 : 10),
    ml('nodejs_heap_size_limit_bytes', 100),
    ml('memory_pressure_events_total', broken),
    // It starts anew every two seconds.
    ml('process_start_time_seconds', 1_700_000_000 + 2 * Math.floor(broken / 2)),
  ];
}

function containers(bad: boolean, { healthy, broken }: Seconds): Sample[] {
  const [task, bare] = [of('ecs', 'task'), of('ecs', 'bare-task')];
  const app = { container_name: 'app' };
  const memory = (
    series: Series,
    limits: { readonly container: number; readonly task: number },
  ) => [
    series('ecs_container_memory_usage_bytes', bad ? 95 : 10, app),
    series('ecs_container_memory_page_cache_size_bytes', 0, app),
    series('ecs_container_memory_limit_bytes', limits.container, app),
    series('ecs_task_memory_limit_bytes', limits.task),
  ];
  return [
    task('ecs_task_cpu_limit_vcpus', 1),
    task('ecs_container_cpu_usage_seconds_total', 0.1 * healthy + broken, app),
    task('ecs_container_restarts_total', Math.floor(broken), app),
    task('ecs_task_ephemeral_storage_used_bytes', bad ? 95 : 10),
    task('ecs_task_ephemeral_storage_allocated_bytes', 100),
    ...memory(task, { container: 100, task: 1000 }),
    ...memory(bare, { container: 100, task: 100 }),
  ];
}

function cloud(bad: boolean): Sample[] {
  const aws = of('cloudwatch');
  const region = 'eu-west-1';
  const database = { region, dimension_DBInstanceIdentifier: 'main' };
  const balancer = { region, dimension_LoadBalancer: 'app/main/1' };
  const targets = (name: string, healthy: number) => [
    aws('aws_applicationelb_un_healthy_host_count_maximum', bad ? 1 : 0, {
      ...balancer,
      dimension_TargetGroup: name,
    }),
    aws('aws_applicationelb_healthy_host_count_maximum', bad ? healthy : 2, {
      ...balancer,
      dimension_TargetGroup: name,
    }),
  ];
  return [
    aws('aws_rds_free_storage_space_average', (bad ? 1 : 100) * 1024 ** 3, database),
    aws('aws_rds_aurora_replica_lag_average', bad ? 60_000 : 10, database),
    aws('aws_applicationelb_httpcode_elb_5_xx_count_sum', bad ? 500 : 0, balancer),
    aws('aws_applicationelb_request_count_sum', 1000, balancer),
    ...targets('some-healthy', 1),
    ...targets('none-healthy', 0),
  ];
}

function pipeline(bad: boolean, { broken }: Seconds): Sample[] {
  // Another one than the one that loses samples, which mutes the other two.
  const [collector, fullCollector] = [of('collector'), of('collector', 'collector-2')];
  const host = of('host');
  const exporter = { exporter: 'prometheusremotewrite' };
  return [
    collector('otelcol_exporter_send_failed_metric_points_total', broken, exporter),
    fullCollector('otelcol_exporter_queue_size', bad ? 90 : 0, exporter),
    fullCollector('otelcol_exporter_queue_capacity', 100, exporter),
    fullCollector('otelcol_receiver_refused_metric_points_total', broken),
    host('scrape_duration_seconds', bad ? 9 : 1),
    host('scrape_samples_post_metric_relabeling', bad ? 9_000 : 100),
    host('node_scrape_collector_success', bad ? 0 : 1, { collector: 'cpu' }),
  ];
}
