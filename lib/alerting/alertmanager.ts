import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Severity, severities } from '../severity.js';

/** The ARNs of the topics that alerts are published to. */
export interface AlertTopics {
  /** JSON for the channels. */
  readonly messages: Readonly<Record<Severity, string>>;
  /** Text for people. */
  readonly email: Readonly<Record<Severity, string>>;
  readonly heartbeat: string;
}

/** Where the links in an e-mail lead; a link whose base is left out is printed relative. */
export interface LinkBases {
  readonly runbooks?: string;
  readonly grafana?: string;
}

export interface AlertmanagerDefinition {
  readonly template_files: Readonly<Record<string, string>>;
  readonly alertmanager_config: AlertmanagerConfig;
}

export interface AlertmanagerConfig {
  readonly templates: readonly string[];
  readonly route: Route;
  readonly inhibit_rules: readonly InhibitRule[];
  readonly receivers: readonly Receiver[];
}

export interface Timings {
  readonly group_wait: string;
  readonly group_interval: string;
  readonly repeat_interval: string;
}

export interface Route extends Timings {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly routes?: readonly Route[];
}

export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

export interface Receiver {
  readonly name: string;
  readonly sns_configs: readonly SnsConfig[];
}

export interface SnsConfig {
  readonly topic_arn: string;
  readonly sigv4: { readonly region: string };
  readonly subject: string;
  readonly message: string;
}

const timings = {
  critical: { group_wait: '15s', group_interval: '2m', repeat_interval: '1h' },
  warning: { group_wait: '1m', group_interval: '10m', repeat_interval: '24h' },
  // Only noted: a digest, and never again while it lasts. Five days is the most that AMP takes.
  info: { group_wait: '5m', group_interval: '1h', repeat_interval: '5d' },
} as const satisfies Record<Severity, Timings>;

// An interval of repetition equal to the one of the group publishes only on every second tick.
const heartbeatTimings = { group_wait: '0s', group_interval: '1m', repeat_interval: '50s' };

/** Who is told about which alert, when, and in which words: what AMP and the local Alertmanager both run. */
export function alertmanagerDefinition(
  topics: AlertTopics,
  region: string,
  links: LinkBases = {},
): AlertmanagerDefinition {
  const template_files = { ...templateFiles(), 'links.tmpl': linksTemplate(links) };
  return {
    template_files,
    alertmanager_config: {
      templates: Object.keys(template_files),
      route: routes(),
      inhibit_rules: inhibitRules,
      receivers: [
        ...severities.map((severity) => ({
          name: severity,
          sns_configs: [
            snsConfig(topics.messages[severity], region, 'message'),
            snsConfig(topics.email[severity], region, 'email'),
          ],
        })),
        { name: 'heartbeat', sns_configs: [snsConfig(topics.heartbeat, region, 'message')] },
      ],
    },
  };
}

/** The definition in AMP's format, where the configuration is a block of text inside YAML. */
export function definitionYaml(definition: AlertmanagerDefinition): string {
  const options = { lineWidth: 0, aliasDuplicateObjects: false } as const;
  return stringify(
    { ...definition, alertmanager_config: stringify(definition.alertmanager_config, options) },
    { ...options, blockQuote: 'literal' },
  );
}

function routes(): Route {
  // What nobody called less urgent is critical. Rule files cannot leave the severity out, so an alert
  // without one was made by hand, and a page too many costs less than an outage that nobody hears of.
  const [mostUrgent, ...lessUrgent] = severities;
  return {
    receiver: mostUrgent,
    group_by: ['alertname', 'job'],
    ...timings[mostUrgent],
    routes: [
      {
        receiver: 'heartbeat',
        matchers: ['alertname = "Watchdog"'],
        group_by: ['alertname'],
        ...heartbeatTimings,
      },
      ...lessUrgent.map((severity) => ({
        receiver: severity,
        matchers: [`severity = "${severity}"`],
        ...timings[severity],
      })),
    ],
  };
}

/**
 * Which alert makes which other one noise. A mute on a wrong premise hides an outage: the source must imply
 * the target, for the same subject, and no error rate is ever muted by another alert's name.
 */
const inhibitRules: readonly InhibitRule[] = [
  {
    source_matchers: ['severity = "critical"'],
    target_matchers: ['severity =~ "warning|info"'],
    // A label that neither side carries counts as equal, so all that tell two subjects apart are named.
    equal: [
      ...['alertname', 'job', 'instance', 'device', 'mountpoint', 'pool_name', 'limit'],
      ...['slot_name', 'cause', 'queue', 'limiter', 'endpoint', 'cache_tier', 'slo'],
      ...['container_name', 'region', 'dimension_DBInstanceIdentifier', 'dimension_LoadBalancer'],
      ...['dimension_TargetGroup', 'namespace', 'pod', 'persistentvolumeclaim'],
    ],
  },
  ...mutes('ServiceDown', ['ServiceDegraded', 'TargetDown', 'ProcessRestarting'], ['job']),
  // The one without a label in common: it fires only while no target of any job answers, which is what
  // ServiceDown would say once more for each of them.
  ...mutes('CollectorAbsent', ['ServiceDown'], []),
  ...mutes(
    'DatabaseDown',
    ['DatabaseConnectionPoolExhausted', 'DatabaseReplicationLagHigh', 'DatabaseReplicationBroken'],
    ['job', 'instance'],
  ),
  ...mutes('DatabaseConnectionPoolExhausted', ['DatabaseConnectionsHigh'], ['job', 'instance']),
  ...mutes('RedisDown', ['RedisMemoryHigh', 'RedisConnectionsRejected'], ['job', 'instance']),
  ...mutes('MlQueueStalled', ['MlQueueBacklogHigh'], ['queue']),
  ...mutes(
    'RdsStorageLow',
    ['RdsStorageWillFill'],
    ['job', 'region', 'dimension_DBInstanceIdentifier'],
  ),
  ...mutes('RemoteWriteFailing', ['CollectorQueueFull', 'CollectorRefusing'], ['job', 'instance']),
  ...mutes('HostDiskSpaceLow', ['HostDiskWillFill'], ['job', 'instance', 'device', 'mountpoint']),
  // 5 % of errors are a budget of 0.1 % spent fifty times too fast, and so it is with what takes more than
  // 2 s: the same requests, said twice.
  ...mutesBurn('HttpErrorRateHigh', 'availability'),
  ...mutesBurn('HttpResponseTimeHigh', 'latency'),
];

function mutes(source: string, targets: readonly string[], equal: readonly string[]) {
  return unlessMoreUrgent(source, [`alertname =~ "${targets.join('|')}"`], equal);
}

function mutesBurn(source: string, sli: string) {
  return unlessMoreUrgent(
    source,
    ['alertname = "ErrorBudgetBurn"', `sli = "${sli}"`, 'burn = "fast"'],
    ['job'],
  );
}

/** Severities can be overridden, and what waits for the morning must not silence what wakes someone. */
function unlessMoreUrgent(
  source: string,
  targetMatchers: readonly string[],
  equal: readonly string[],
): InhibitRule[] {
  return severities.map((severity, index) => ({
    source_matchers: [`alertname = "${source}"`, `severity = "${severity}"`],
    target_matchers: [...targetMatchers, `severity =~ "${severities.slice(index).join('|')}"`],
    equal,
  }));
}

function snsConfig(topic: string, region: string, template: string): SnsConfig {
  return {
    topic_arn: topic,
    sigv4: { region },
    subject: '{{ template "subject" . }}',
    message: `{{ template "${template}" . }}`,
  };
}

/** Kept in files, because backslashes and backticks of Go templates cannot be read inside TypeScript. */
function templateFiles(): Record<string, string> {
  const folder = join(__dirname, 'alertmanager-templates');
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

function linksTemplate({ runbooks = '', grafana = '' }: LinkBases): string {
  return [
    `{{ define "link.runbooks" }}${runbooks}{{ end }}`,
    `{{ define "link.dashboards" }}${grafana && `${grafana}/d/`}{{ end }}`,
    '',
  ].join('\n');
}
