import { join } from 'node:path';
import { environments } from '../../../bin/environments';
import type { AlertOverride } from '../../../lib/alerting/alert-override';
import { alertmanagerDefinition } from '../../../lib/alerting/alertmanager';
import { inventoryRules } from '../../../lib/alerting/inventory-rules';
import { routedAlerts } from '../../../lib/alerting/protected-labels';
import { ruleDocument } from '../../../lib/alerting/rule-document';
import { foundRuleFiles, type RuleFile } from '../../../lib/alerting/rule-files';
import { overriddenRules } from '../../../lib/alerting/rule-overrides';
import { perSeverity } from '../../../lib/severity';
import type { Slo } from '../../../lib/slo/objectives';
import { sloRules } from '../../../lib/slo/slo-rules';
import { alert, record } from '../../support/valid-rules';
import { rightDefinition } from './definition-case';
import { inAlert, rightFile, rules } from './rule-case';

const { files: shipped } = foundRuleFiles(join(__dirname, '../../../rules'));

const deployed = Object.entries(environments).map(([name, { targets }]) => {
  const inventory = { name: 'inventory', path: name, text: inventoryRules(targets) };
  return [name, [...shipped, inventory]] as const;
});

/** Every alert that may be changed is changed in all that its text does not speak of. */
function overridden(files: readonly RuleFile[]): readonly RuleFile[] {
  const alerts = files
    .flatMap((file) => ruleDocument(file).alerts)
    .filter(({ name }) => !routedAlerts.has(name));
  const names = new Set(alerts.map(({ name }) => name));
  const overrides = [...names].map((name): [string, AlertOverride[]] => [
    name,
    alerts
      .filter((one) => one.name === name)
      .map(({ labels }, index) => ({ where: labels, ...everyChange(index) })),
  ]);
  const { files: changed, problems } = overriddenRules(
    'environments.team.alerts',
    Object.fromEntries(overrides),
    files,
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return changed;
}

const words = `It's "{{ $value }}" of #1: 'a' \\ b\n- and {{ $labels.job }}`;

const everyChange = (index: number): AlertOverride => ({
  keepFiringFor: '90m',
  severity: 'info',
  labels: { team: 'it\'s #1: "a"', override: String(index) },
  annotations: { note: words },
});

/** With a threshold of its own, a duration that its text names, and one that is off. */
const changedByHand = (files: readonly RuleFile[]) =>
  overriddenRules(
    'environments.team.alerts',
    {
      ServiceDown: {
        threshold: 1,
        for: '7m',
        annotations: { summary: words, description: words },
      },
    },
    files,
  );

const kinds: readonly (readonly [string, Slo['sli']])[] = [
  ['requests', { kind: 'availability' }],
  ['requests-within-1-s', { kind: 'latency', thresholdSeconds: 1 }],
  ['requests-within-half-a-second', { kind: 'latency', thresholdSeconds: 0.5 }],
];
const slos = kinds.flatMap(([kind, sli]) =>
  [7, 28, 30].flatMap((windowDays) =>
    [95, 99.99].map((objective) => ({
      name: `${kind}-${objective === 95 ? 'low' : 'high'}-${windowDays}d`,
      service: 'api',
      sli,
      objective,
      windowDays,
      severity: { fast: 'critical', slow: 'warning' } as const,
    })),
  ),
);

const commented = [
  { expr: '# Why.\njob:up:sum == 0' },
  { expr: '# Why, in\n# two lines.\njob:up:sum == 0 # and more' },
];

const named = (prefix: string, files: readonly RuleFile[]) =>
  files.map((file) => ({ ...file, what: `${prefix}${file.name}` }));

/** Rule files that our checks accept, as sets of what one workspace could hold. */
export const acceptedSets = [
  ...deployed.map(([name, files]) => named(`${name}: `, files)),
  ...deployed.map(([name, files]) => named(`${name}, overridden: `, overridden(files))),
  named('overridden by hand: ', changedByHand([rightFile]).files),
  ...slos.map((slo) =>
    named('generated: ', [{ name: `slo-${slo.name}`, path: 'slo', text: sloRules(slo) }]),
  ),
  ...commented.map((change, index) => named(`commented ${index + 1}: `, [inAlert(change)])),
  named('commented record: ', [rules({ ...record, expr: `# Why.\n${record.expr}` }, alert)]),
  named('the base of the bad cases: ', [rightFile]),
];

export const acceptedFiles = acceptedSets.flat();

const topicsIn = (region: string) => {
  const arn = `arn:aws:sns:${region}:111111111111:topic`;
  const arns = perSeverity(() => arn);
  return { messages: arns, email: arns, heartbeat: arn };
};

/** Definitions that our checks accept. */
export const acceptedDefinitions = [
  ...Object.entries(environments).map(([name, { region, links }]) => ({
    what: `the definition of ${name}`,
    definition: alertmanagerDefinition(topicsIn(region), region, links),
  })),
  { what: 'the base of the bad cases', definition: rightDefinition },
];
