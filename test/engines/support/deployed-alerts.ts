import { parse } from 'yaml';
import { environmentRules } from '../../../lib/alerting/environment-rules.js';
import type { Environment } from '../../../lib/environment.js';
import { environmentName } from './emulated-app.js';

/** An alert as a rule file declares it. */
export interface DeployedAlert {
  /** The name, and what tells it from another of the same name: `DatabaseConnectionPoolExhausted pool`. */
  readonly title: string;
  /** With `alertname`, as far as the rule itself says them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface File {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Every alert that the rule files of an environment declare. */
export function deployedAlerts(environment: Environment): DeployedAlert[] {
  const files = environmentRules({ environmentName, environment });
  const groups = files.flatMap(({ text }) => (parse(text) as File).groups);
  return groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, labels = {}, annotations = {} }) =>
      alert === undefined
        ? []
        : [{ title: title(alert, labels), labels: { alertname: alert, ...labels }, annotations }],
    );
}

const shared = new Set(['severity', 'component', 'job']);

function title(alert: string, labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).filter(([name]) => !shared.has(name));
  return [alert, ...own.map(([, value]) => value)].join(' ');
}
