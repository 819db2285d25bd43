import { stringify } from 'yaml';
import { type Exposure, sampleLimit, type Target } from '../collector/targets.js';

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The rule file of what depends on the declared targets, so that no alert is about a job that nobody has.
 * `rules/service.yaml` reads the expected minimum and records `job:up:sum`, which is read here;
 * `rules/pipeline.yaml` reads the sample limit.
 */
export function inventoryRules(targets: readonly Target[]): string {
  const facts = targets.flatMap((target) => [expectedMinimum(target), mostSamples(target)]);
  const absences = targets.flatMap((target) => absence[target.exposes]?.(target.job) ?? []);
  const group = { name: 'inventory', interval: '30s', rules: [...facts, ...absences] };
  return stringify({ groups: [group] }, { lineWidth: 0 });
}

function expectedMinimum({ job, expectedMinimum }: Target): RecordingRule {
  return fact('service:up:expected_min', job, expectedMinimum);
}

function mostSamples(target: Target): RecordingRule {
  return fact('service:scrape_samples:limit', target.job, sampleLimit(target));
}

function fact(record: string, job: string, value: number): RecordingRule {
  return { record, expr: `vector(${value})`, labels: { job } };
}

/** What ServiceDown cannot say of a target; each is silent where ServiceDown alone is right. */
const absence: Partial<Record<Exposure, (job: string) => AlertRule>> = {
  postgres: (job) => ({
    alert: 'DatabaseMetricsAbsent',
    expr: missing(['pg_up'], job),
    for: '5m',
    labels: { job, severity: 'critical', component: 'database' },
    annotations: {
      summary: '{{ $labels.job }} answers without a word about PostgreSQL',
      description:
        'Targets of {{ $labels.job }} are scraped, but pg_up is missing, so DatabaseDown cannot fire.',
      runbook: 'inventory.md#databasemetricsabsent',
      dashboard: 'database',
    },
  }),
  redis: (job) => ({
    alert: 'RedisMetricsAbsent',
    expr: missing(['redis_up'], job),
    for: '5m',
    labels: { job, severity: 'critical', component: 'cache' },
    annotations: {
      summary: '{{ $labels.job }} answers without a word about Redis',
      description:
        'Targets of {{ $labels.job }} are scraped, but redis_up is missing, so RedisDown cannot fire.',
      runbook: 'inventory.md#redismetricsabsent',
      dashboard: 'infrastructure',
    },
  }),
  // This exporter and the next answer 200 and nothing when they may not ask AWS.
  ecs: (job) => ({
    alert: 'ContainerMetricsAbsent',
    expr: missing(['ecs_container_memory_usage_bytes'], job),
    for: '5m',
    labels: { job, severity: 'warning', component: 'container' },
    annotations: {
      summary: '{{ $labels.job }} answers without a word about containers',
      description:
        'Targets of {{ $labels.job }} are scraped, but nothing of their containers is known, so none of their alerts can fire.',
      runbook: 'inventory.md#containermetricsabsent',
      dashboard: 'infrastructure',
    },
  }),
  cloudwatch: (job) => ({
    alert: 'CloudMetricsAbsent',
    // One of what each service has; which of them an environment uses is not known here.
    expr: missing(
      [
        'aws_rds_cpuutilization_average',
        'aws_applicationelb_request_count_sum',
        'aws_cloudfront_requests_sum',
      ],
      job,
    ),
    // It asks CloudWatch every 5 minutes, and knows nothing before the first answer.
    for: '15m',
    labels: { job, severity: 'critical', component: 'pipeline' },
    annotations: {
      summary: '{{ $labels.job }} answers without a word from CloudWatch',
      description:
        'Targets of {{ $labels.job }} are scraped, but they report no database, load balancer or CDN, so none of their alerts can fire.',
      runbook: 'inventory.md#cloudmetricsabsent',
      dashboard: 'infrastructure',
    },
  }),
  collector: (job) => ({
    alert: 'CollectorAbsent',
    // Only when nothing else arrives either: a collector that merely fails to scrape itself is ServiceDown,
    // and an alert that is true beside living services must not be a reason to mute theirs.
    expr: `absent(up{job="${job}"}) unless on () (sum(job:up:sum) > 0)`,
    // Shorter than ServiceDown's, which fires for every job in this state, so that it can inhibit them.
    for: '1m',
    // Longer than ServiceDown's, so that no service is paged for while metrics come back.
    keep_firing_for: '4m',
    labels: { job, severity: 'critical', component: 'pipeline' },
    annotations: {
      summary: 'No metrics arrive: {{ $labels.job }} is gone',
      description:
        'Neither {{ $labels.job }} nor any other target reports, so nothing is known about any service.',
      runbook: 'inventory.md#collectorabsent',
      dashboard: 'pipeline',
    },
  }),
};

/** True while a job answers and no target of it has any of these metrics. */
function missing(metrics: readonly string[], job: string): string {
  const absences = metrics.map((metric) => `absent(${metric}{job="${job}"})`);
  return [...absences, `(job:up:sum{job="${job}"} > 0)`].join(' and on (job) ');
}
