import { stringify } from 'yaml';
import type { Exposure, Target } from '../collector/targets.js';

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
 * `rules/service.yaml` reads the expected minimum and records `job:up:sum`, which is read here.
 */
export function inventoryRules(targets: readonly Target[]): string {
  const minimums = targets.map(expectedMinimum);
  const absences = targets.flatMap((target) => absence[target.exposes]?.(target.job) ?? []);
  const group = { name: 'inventory', interval: '30s', rules: [...minimums, ...absences] };
  return stringify({ groups: [group] }, { lineWidth: 0 });
}

function expectedMinimum({ job, expectedMinimum }: Target): RecordingRule {
  return {
    record: 'service:up:expected_min',
    expr: `vector(${expectedMinimum})`,
    labels: { job },
  };
}

/** What ServiceDown cannot say of a target; each is silent where ServiceDown alone is right. */
const absence: Partial<Record<Exposure, (job: string) => AlertRule>> = {
  postgres: (job) => ({
    alert: 'DatabaseMetricsAbsent',
    expr: `absent(pg_up{job="${job}"}) and on (job) (job:up:sum{job="${job}"} > 0)`,
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
