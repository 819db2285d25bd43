/** A mutant that no test can tell from the rule, or that is as right as the rule. */
export interface Equivalent {
  readonly path: string;
  readonly rule: string;
  readonly change: string;
  readonly reason: string;
}

const onePerInstance =
  'the exporter has one such series per instance; the aggregation is there to drop other labels';

const noByte = 'nothing that is measured in bytes has room for a single one';

const fastBurn = 'alert ErrorBudgetBurn{slo="api-availability",sli="availability",burn="fast"}';

const lastEdge =
  'max by (job) (job_le:http_server_request_duration_seconds_bucket:rate5m{job="api",le="+Inf…';

const cdnHitRate =
  'max by (job, dimension_DistributionId) (avg_over_time(aws_cloudfront_cache_hit_rate_averag…';

const pagedFor =
  'max by (job) (max_over_time(ALERTS{alertname="HttpErrorRateHigh",alertstate="firing",job="…';

const settings = ['max_connections', 'superuser_reserved_connections', 'reserved_connections'];

/** Every survivor that is meant to survive; one that dies, or is no longer made, fails the run. */
export const equivalents: readonly Equivalent[] = [
  {
    path: 'rules/database.yaml',
    rule: 'alert DatabaseTransactionLong{cause="active"}',
    change:
      'min of \'max by (job, instance) (instance_state:pg_transaction_age_seconds:max{state="active"})\'',
    reason: 'one state of an instance is one series; the aggregation drops the label',
  },
  ...settings.map((setting) => ({
    path: 'rules/database.yaml',
    rule: 'record instance:pg_connections_used:ratio',
    change: `min of 'max by (job, instance) (pg_settings_${setting})'`,
    reason: onePerInstance,
  })),
  ...[
    'instance:pg_replication_lag_seconds:max',
    'instance_slot:pg_replication_slot_active:min',
    'job:pg_replicas:count',
  ].map((name) => ({
    path: 'rules/database.yaml',
    rule: `record ${name}`,
    change: "min of 'max by (job, instance) (pg_replication_is_replica)'",
    reason: onePerInstance,
  })),
  {
    path: 'rules/database.yaml',
    rule: 'record instance:pg_replication_lag_seconds:max',
    change: "min of 'max by (job, instance) (pg_replication_lag_seconds)'",
    reason: onePerInstance,
  },
  {
    path: 'rules/database.yaml',
    rule: 'record instance_slot:pg_replication_slot_active:min',
    change: "max of 'min by (job, instance, slot_name) (pg_replication_slot_slot_is_active)'",
    reason: 'the name of a slot is unique in its server',
  },
  {
    path: 'rules/database.yaml',
    rule: 'record job:pg_replicas:count',
    change: "sum of 'count by (job) (max by (job, instance) (pg_replication_is_replica) == 1)'",
    reason: 'everything that is counted is 1',
  },
  {
    path: 'rules/database.yaml',
    rule: 'record job:pg_replication_streams:count',
    change: 'without slot_type="logical"',
    reason: 'a physical slot has no flush position, which the exporter writes as 0',
  },
  {
    path: 'rules/database.yaml',
    rule: 'record job:pg_replication_streams:count',
    change: "'> 0' → '> 1'",
    reason: 'no position in the WAL is 1: the first segment begins at 16 MiB',
  },
  ...['max', 'avg'].map((operator) => ({
    path: 'rules/http.yaml',
    rule: 'record job:http_server_requests_slow:ratio_rate5m',
    change: `${operator} of 'sum by (job) (job_le:http_server_request_duration_seconds_bucket:rate5m{le="+Inf"})'`,
    reason: 'the last edge has one spelling, so each job has one such series',
  })),
  ...[
    ['rules/cache.yaml', 'instance:redis_memory_used:ratio'],
    ['rules/container.yaml', 'instance_container:ecs_memory_used:ratio'],
    ['rules/container.yaml', 'instance:ecs_memory_used:ratio'],
    ['rules/container.yaml', 'instance:ecs_ephemeral_storage_used:ratio'],
    ['rules/host.yaml', 'instance_mountpoint:node_filesystem_avail:ratio'],
    ['rules/host.yaml', 'instance:node_memory_utilisation:ratio'],
    ['rules/process.yaml', 'instance:nodejs_heap_used:ratio'],
  ].map(([path = '', name]) => ({
    path,
    rule: `record ${name}`,
    change: "'> 0' → '> 1'",
    reason: noByte,
  })),
  {
    path: 'rules/host.yaml',
    rule: 'alert HostDiskWillFill',
    change: "'< 0' → '<= 0'",
    reason:
      'the line through the samples of an hour does not end at exactly 0, unless all of them are 0',
  },
  ...['max', 'avg'].map((operator) => ({
    path: 'rules/http-mapping.yaml',
    rule: 'record job_status:http_server_requests:rate5m',
    change: `${operator} of 'sum by (job, http_response_status_code) ( label_replace( sum by (job, status_code) ( rate(…'`,
    reason: 'the inner sum has one series of each status, which only changes the name of its label',
  })),
  {
    path: 'rules/process.yaml',
    rule: 'record job:process_instances:count15m',
    change: "sum of 'count by (job) (present_over_time(process_start_time_seconds[15m]))'",
    reason: 'everything that is counted is 1',
  },
  ...[
    ['DatabaseMetricsAbsent', 'postgres', ''],
    ['RedisMetricsAbsent', 'redis', ''],
    ['ContainerMetricsAbsent', 'ecs', ''],
    ['CloudMetricsAbsent', 'cloudwatch', ' (3)'],
  ].flatMap(([alert, job = '', nth = '']) =>
    [`'(job)' → '()'${nth}`, `without job="${job}" (${job === 'cloudwatch' ? 4 : 2})`].map(
      (change) => ({
        path: 'test/fixtures/rules/inventory.yaml',
        rule: `alert ${alert}{job="${job}"}`,
        change,
        reason: 'both the matching and the selector keep to the job; either would do',
      }),
    ),
  ),
  ...["'(job)' → '()'", "'(job)' → '()' (2)"].map((change) => ({
    path: 'test/fixtures/rules/inventory.yaml',
    rule: 'alert CloudMetricsAbsent{job="cloudwatch"}',
    change,
    reason: 'both the matching and the selector keep to the job; either would do',
  })),
  ...[
    "'(job)' → '()'",
    "'(job)' → '()' (2)",
    'without job="api"',
    `by (job, instance) of '${pagedFor}'`,
  ].map((change) => ({
    path: 'rules/slo-api-availability.yaml',
    rule: fastBurn,
    change,
    reason: 'both the matching and the selector keep to the job; either would do',
  })),
  {
    path: 'rules/slo-api-availability.yaml',
    rule: fastBurn,
    change: "'max_over_time' → 'min_over_time'",
    reason: 'ALERTS is always 1',
  },
  {
    path: 'rules/cache.yaml',
    rule: 'record job_tier:cache_requests:hit_ratio_rate15m',
    change: 'without cache_tier!="cdn"',
    reason: 'the other side of the division keeps the CDN out too',
  },
  ...["'> 0' → '>= 0'", "'> 0' → '>= 0' (2)"].map((change) => ({
    path: 'rules/cloud.yaml',
    rule: 'alert RdsStorageWillFill',
    change,
    reason: 'it asks whether there is anything; a disk of RDS never has exactly no byte left',
  })),
  ...["'< 0' → '<= 0'", "'< 0' → '< 1'", "'> 0' → '> 1'", "'> 0' → '> 1' (2)"].map((change) => ({
    path: 'rules/cloud.yaml',
    rule: 'alert RdsStorageWillFill',
    change,
    reason: 'it is one byte of a disk',
  })),
  ...[
    `min of '${cdnHitRate}'`,
    `by (job, dimension_DistributionId, instance) of '${cdnHitRate}'`,
    "'avg_over_time' → 'max_over_time' (2)",
    "'15m' → '2700s' (2)",
  ].map((change) => ({
    path: 'rules/cloud.yaml',
    rule: 'record distribution:aws_cloudfront_cache_requests:rate15m',
    change,
    reason: 'it asks whether the distribution has a hit rate, not for its value',
  })),
  ...['instance_exporter:otelcol_exporter_queue_used', 'instance:scrape_samples_of_limit'].map(
    (name) => ({
      path: 'rules/pipeline.yaml',
      rule: `record ${name}:ratio`,
      change: "'> 0' → '> 1'",
      reason: 'nobody sets a limit of a single one',
    }),
  ),
  ...[
    ['requests_bad', 'without job="api"'],
    ['requests_bad', 'without job="api" (2)'],
    ['requests', 'without job="api"'],
    ['requests', "'(job)' → '()'"],
  ].map(([what, change = '']) => ({
    path: 'rules/slo-api-latency.yaml',
    rule: `record slo:sli_${what}:rate5m{slo="api-latency"}`,
    change,
    reason: 'both the matching and the selector keep to the job; either would do',
  })),
  ...['requests_bad', 'requests'].flatMap((what) =>
    [`min of '${lastEdge}'`, 'without le="+Inf"'].map((change) => ({
      path: 'rules/slo-api-latency.yaml',
      rule: `record slo:sli_${what}:rate5m{slo="api-latency"}`,
      change,
      reason: 'the last edge has one series, which is the largest of all',
    })),
  ),
  ...["'> 14.4' → '>= 14.4'", "'> 14.4' → '>= 14.4' (2)"].map((change) => ({
    path: 'rules/slo-api-latency.yaml',
    rule: 'alert ErrorBudgetBurn{slo="api-latency",sli="latency",burn="fast"}',
    change,
    reason: 'no floating-point number divided by 0.01 is 14.4',
  })),
  ...['max', 'avg', 'by (job)'].map((change) => ({
    path: 'test/fixtures/rules/inventory.yaml',
    rule: 'alert CollectorAbsent{job="collector"}',
    change: `${change} of 'sum(job:up:sum)'`,
    reason: 'all ask whether any job has more than 0, which is never negative',
  })),
];
