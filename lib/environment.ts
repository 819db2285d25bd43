import type { AlertOverrides } from './alerting/alert-override.js';
import type { Target } from './collector/targets.js';
import { environmentSchema } from './environment-schema.js';
import type { Channel } from './notifications/channels.js';
import { schemaProblems } from './schema-problems.js';
import type { Severity } from './severity.js';

/** What may differ between environments; everything else is the same everywhere. */
export interface Environment {
  /** The AWS account, twelve digits. */
  readonly account: string;
  readonly region: string;
  /** How long the workspace keeps samples. AMP's limit is 1095 days. */
  readonly retentionDays: number;
  /** Which severities each channel hears; a channel that is left out is not deployed. */
  readonly channels: Partial<Record<Channel, readonly Severity[]>>;
  /** Who gets an e-mail for which severity; each address must confirm its subscription once. */
  readonly email: Partial<Record<Severity, readonly string[]>>;
  /** Who hears, by e-mail, that the alerting itself is broken. */
  readonly operators: readonly string[];
  /** Where the links in messages lead. Rules carry only relative links. */
  readonly links: {
    /** The folder that holds `http.md` and the other runbooks, ending in a slash. */
    readonly runbooks: string;
    /** The Grafana workspace, known after its first deploy. @default - messages carry no dashboard link */
    readonly grafana?: string;
  };
  /** Where the collector runs: a VPC of its own, or one that exists. */
  readonly network: OwnNetwork | ExistingNetwork;
  /** Every job that is scraped. */
  readonly targets: readonly Target[];
  /** What is different about alerts here: thresholds, times, severities, texts, or none at all. @default - as in `rules/` */
  readonly alerts?: AlertOverrides;
  /** Metrics that rules read, though their names look like misspelt ones. @default - none */
  readonly ownMetrics?: readonly string[];
}

export interface OwnNetwork {
  readonly cidr: string;
}

export interface ExistingNetwork {
  readonly vpcId: string;
  readonly availabilityZones: readonly string[];
  readonly privateSubnetIds: readonly string[];
}

/** The environments, if all are valid; otherwise an error that lists every problem of every one. */
export function validEnvironments<const T extends Record<string, Environment>>(environments: T): T {
  const declared = Object.entries(environments);
  if (declared.length === 0) throw new Error('environments must hold at least one environment');
  const problems = declared.flatMap(([name, environment]) =>
    environmentProblems(name, environment),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return environments;
}

/** Each problem in the words of the person who wrote the environment, starting with the place to edit. */
export function environmentProblems(name: string, environment: unknown): string[] {
  const place = `environments.${name}`;
  const nameProblems = /^[a-z][a-z0-9]{0,19}$/.test(name)
    ? []
    : [`${place}: the name must be at most 20 lower-case letters and digits, got '${name}'`];
  return [...nameProblems, ...schemaProblems(place, environmentSchema, environment)];
}
