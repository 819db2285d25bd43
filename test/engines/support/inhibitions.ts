import { parse } from 'yaml';
import type { Labels } from './alert-manager.js';
import { definitionParts } from './amp-refusals.js';

/** An alert that mutes another one, and the labels by which both must agree. */
export interface Inhibition {
  readonly source: Labels;
  readonly target: Labels;
  readonly equal: readonly string[];
}

const perSeverity = [
  ...['alertname', 'job', 'instance', 'device', 'mountpoint', 'pool_name', 'limit', 'slot_name'],
  ...['cause', 'queue', 'limiter', 'endpoint', 'cache_tier', 'slo', 'container_name'],
  ...['region', 'dimension_DBInstanceIdentifier', 'dimension_LoadBalancer'],
  ...['dimension_TargetGroup', 'namespace', 'pod', 'persistentvolumeclaim'],
];

// No more urgent than its source; the unit tests try every pair of severities.
const severity = 'warning';

const named = (source: string, targets: readonly string[], equal: readonly string[]) =>
  targets.map(
    (target): Inhibition => ({
      source: { alertname: source, severity },
      target: { alertname: target, severity },
      equal,
    }),
  );

const burnMutedBy = (source: string, sli: string): Inhibition => ({
  source: { alertname: source, severity },
  target: { alertname: 'ErrorBudgetBurn', sli, burn: 'fast', severity },
  equal: ['job'],
});

const disk = ['job', 'instance', 'device', 'mountpoint'];
const database = [
  'DatabaseConnectionPoolExhausted',
  'DatabaseReplicationLagHigh',
  'DatabaseReplicationBroken',
];

/** What each alert mutes, written out: the definition's own list would agree with its own mistakes. */
export const inhibitions: readonly Inhibition[] = [
  ...['warning', 'info'].map((severity) => ({
    source: { alertname: 'Same', severity: 'critical' },
    target: { alertname: 'Same', severity },
    equal: perSeverity,
  })),
  ...named('ServiceDown', ['ServiceDegraded', 'TargetDown', 'ProcessRestarting'], ['job']),
  ...named('CollectorAbsent', ['ServiceDown'], []),
  ...named('DatabaseDown', database, ['job', 'instance']),
  ...named('DatabaseConnectionPoolExhausted', ['DatabaseConnectionsHigh'], ['job', 'instance']),
  ...named('RedisDown', ['RedisMemoryHigh', 'RedisConnectionsRejected'], ['job', 'instance']),
  ...named('MlQueueStalled', ['MlQueueBacklogHigh'], ['queue']),
  ...named(
    'RdsStorageLow',
    ['RdsStorageWillFill'],
    ['job', 'region', 'dimension_DBInstanceIdentifier'],
  ),
  ...named('RemoteWriteFailing', ['CollectorQueueFull', 'CollectorRefusing'], ['job', 'instance']),
  ...named('HostDiskSpaceLow', ['HostDiskWillFill'], disk),
  burnMutedBy('HttpErrorRateHigh', 'availability'),
  burnMutedBy('HttpResponseTimeHigh', 'latency'),
];

interface Definition {
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
  }[];
}

/** Which inhibitions a definition has, as `source > target`. */
export function definedInhibitions(text: string): string[] {
  const { inhibit_rules } = parse(definitionParts(text).alertmanager_config) as Definition;
  const pairs = inhibit_rules.flatMap(
    ({ source_matchers: [source = ''], target_matchers: [target = ''] }) =>
      values(target).map((one) => `${values(source).join('')} > ${one}`),
  );
  // Each once, of the rules for every severity.
  return [...new Set(pairs)].sort();
}

/** The same words for what is tried. */
export function triedInhibitions(): string[] {
  return inhibitions
    .map(({ source, target }) =>
      source.alertname === target.alertname
        ? `${source.severity} > ${target.severity}`
        : `${source.alertname} > ${target.alertname}`,
    )
    .sort();
}

function values(matcher: string): string[] {
  return (/"(.*)"/.exec(matcher)?.[1] ?? '').split('|');
}
