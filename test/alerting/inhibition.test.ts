import { alertmanagerDefinition } from '../../lib/alerting/alertmanager';
import { localTopics } from '../../local/environment';
import {
  type ActiveAlert,
  eventually,
  type RunningAlertmanager,
  runningAlertmanager,
  withTimings,
} from '../support/running-alertmanager';

type Labels = Readonly<Record<string, string>>;

const named = (alertname: string, labels: Labels = {}): Labels => ({
  alertname,
  severity: 'critical',
  ...labels,
});
const postgres = { job: 'postgres', instance: 'a:9187' };
const replica = { job: 'postgres', instance: 'b:9187' };
const burn = { job: 'api', slo: 'a', burn: 'fast' };
const disk = { job: 'node', instance: 'a:9100', mountpoint: '/' };

/** The source, what it mutes, and what it must not mute, most like it. */
const cases: readonly (readonly [Labels, readonly Labels[], readonly Labels[]])[] = [
  [
    named('ServiceDown', { job: 'api' }),
    [
      named('ServiceDegraded', { job: 'api' }),
      named('TargetDown', { job: 'api', instance: 'a:3000' }),
      named('ProcessRestarting', { job: 'api' }),
    ],
    [
      named('ProcessRestarting', { job: 'ml-worker' }),
      named('ServiceDegraded', { job: 'ml-worker' }),
      named('TargetDown', { job: 'ml-worker', instance: 'a:3000' }),
      named('HttpErrorRateHigh', { job: 'api' }),
      named('DatabaseConnectionPoolExhausted', { job: 'api', instance: 'a:3000' }),
      named('DatabaseMetricsAbsent', { job: 'api' }),
    ],
  ],
  [
    named('CollectorAbsent', { job: 'collector' }),
    [
      named('ServiceDown', { job: 'collector' }),
      named('ServiceDown', { job: 'api' }),
      named('ServiceDown', { job: 'postgres' }),
    ],
    [
      named('DatabaseDown', postgres),
      named('DatabaseMetricsAbsent', { job: 'postgres' }),
      named('HttpErrorRateHigh', { job: 'api' }),
      named('HostDiskSpaceLow', disk),
    ],
  ],
  [
    named('DatabaseDown', postgres),
    [
      named('DatabaseConnectionPoolExhausted', { ...postgres, limit: 'server' }),
      named('DatabaseReplicationLagHigh', postgres),
      named('DatabaseReplicationBroken', { ...postgres, slot_name: 'b', cause: 'slot' }),
    ],
    [
      named('DatabaseConnectionPoolExhausted', { job: 'api', instance: 'a:3000', limit: 'pool' }),
      named('DatabaseConnectionPoolExhausted', { ...replica, limit: 'server' }),
      named('DatabaseReplicationBroken', { job: 'postgres', cause: 'stream' }),
      named('DatabaseReplicationLagHigh', replica),
      named('HttpErrorRateHigh', { job: 'api' }),
      named('HttpErrorRateHigh', postgres),
    ],
  ],
  [
    named('HostDiskSpaceLow', { ...disk, severity: 'critical' }),
    [
      named('HostDiskSpaceLow', { ...disk, severity: 'warning' }),
      named('HostDiskSpaceLow', { ...disk, severity: 'info' }),
    ],
    [
      named('HostDiskSpaceLow', { ...disk, severity: 'warning', mountpoint: '/data' }),
      named('HostDiskSpaceLow', { ...disk, severity: 'warning', instance: 'b:9100' }),
      named('HostCpuHigh', { ...disk, severity: 'warning' }),
      named('Watchdog', { severity: 'info' }),
    ],
  ],
  [
    named('DatabaseConnectionPoolExhausted', { ...postgres, limit: 'pool', severity: 'critical' }),
    [named('DatabaseConnectionPoolExhausted', { ...postgres, limit: 'pool', severity: 'warning' })],
    [
      named('DatabaseConnectionPoolExhausted', {
        ...postgres,
        limit: 'server',
        severity: 'warning',
      }),
    ],
  ],
  [
    named('DatabaseConnectionPoolExhausted', { ...postgres, limit: 'server' }),
    [named('DatabaseConnectionsHigh', postgres)],
    [named('DatabaseConnectionsHigh', replica)],
  ],
  [
    named('RedisDown', { job: 'redis', instance: 'a:9121' }),
    [
      named('RedisMemoryHigh', { job: 'redis', instance: 'a:9121' }),
      named('RedisConnectionsRejected', { job: 'redis', instance: 'a:9121' }),
    ],
    [
      named('RedisMemoryHigh', { job: 'redis', instance: 'b:9121' }),
      named('CacheHitRateLow', { job: 'api', cache_tier: 'redis' }),
    ],
  ],
  [
    named('MlQueueStalled', { queue: 'segmentation' }),
    [named('MlQueueBacklogHigh', { queue: 'segmentation' })],
    [
      named('MlQueueBacklogHigh', { queue: 'export' }),
      named('MlTaskFailureRateHigh', { queue: 'segmentation' }),
    ],
  ],
  [
    named('HostDiskSpaceLow', { ...disk, device: '/dev/vda' }),
    [named('HostDiskWillFill', { ...disk, device: '/dev/vda' })],
    [named('HostDiskWillFill', { ...disk, device: '/dev/vdb', mountpoint: '/data' })],
  ],
  [
    named('HttpErrorRateHigh', { job: 'api' }),
    [named('ErrorBudgetBurn', { job: 'api', slo: 'a', sli: 'availability', burn: 'fast' })],
    [
      named('ErrorBudgetBurn', { job: 'api', slo: 'b', sli: 'latency', burn: 'fast' }),
      named('ErrorBudgetBurn', { job: 'api', slo: 'a', sli: 'availability', burn: 'slow' }),
      named('ErrorBudgetBurn', { job: 'web', slo: 'c', sli: 'availability', burn: 'fast' }),
    ],
  ],
  [
    named('HttpResponseTimeHigh', { job: 'api' }),
    [named('ErrorBudgetBurn', { job: 'api', slo: 'b', sli: 'latency', burn: 'fast' })],
    [named('ErrorBudgetBurn', { job: 'api', slo: 'a', sli: 'availability', burn: 'fast' })],
  ],
  [
    named('ErrorBudgetBurn', { job: 'api', slo: 'a', severity: 'critical' }),
    [named('ErrorBudgetBurn', { job: 'api', slo: 'a', severity: 'warning' })],
    [named('ErrorBudgetBurn', { job: 'api', slo: 'b', severity: 'warning' })],
  ],
  // Severities can be overridden.
  [
    named('HttpErrorRateHigh', { job: 'api', severity: 'warning' }),
    [named('ErrorBudgetBurn', { ...burn, sli: 'availability', severity: 'warning' })],
    [
      named('ErrorBudgetBurn', { ...burn, sli: 'availability' }),
      named('ErrorBudgetBurn', { ...burn, job: 'web', sli: 'availability', severity: 'warning' }),
    ],
  ],
  [
    named('HttpResponseTimeHigh', { job: 'api', severity: 'warning' }),
    [named('ErrorBudgetBurn', { ...burn, sli: 'latency', severity: 'info' })],
    [named('ErrorBudgetBurn', { ...burn, sli: 'latency' })],
  ],
  [
    named('DatabaseDown', { ...postgres, severity: 'warning' }),
    [named('DatabaseReplicationLagHigh', { ...postgres, severity: 'warning' })],
    [named('DatabaseReplicationLagHigh', postgres)],
  ],
];

const fast = { group_wait: '300ms', group_interval: '500ms', repeat_interval: '1h' };

describe('inhibition', () => {
  let running: RunningAlertmanager;
  beforeEach(async () => {
    const definition = alertmanagerDefinition(localTopics, 'eu-west-1');
    running = await runningAlertmanager(withTimings(definition, fast));
  }, 60_000);
  afterEach(() => running.stop());

  test.each(cases)('%j mutes exactly what follows from it', async (source, muted, heard) => {
    await running.post([source].map(labelled));
    await running.post([...muted, ...heard].map(labelled));

    const alerts = await eventually(running.alerts, (all) =>
      muted.every((labels) => stateOf(all, labels) === 'suppressed'),
    );

    expect(muted.map((labels) => stateOf(alerts, labels))).toEqual(muted.map(() => 'suppressed'));
    expect(heard.map((labels) => stateOf(alerts, labels))).toEqual(heard.map(() => 'active'));
  });
});

const labelled = (labels: Labels) => ({ labels });

function stateOf(alerts: readonly ActiveAlert[], labels: Labels): string | undefined {
  const same = (one: Labels) =>
    Object.keys({ ...one, ...labels }).every((name) => one[name] === labels[name]);
  return alerts.find((alert) => same(alert.labels))?.status.state;
}
