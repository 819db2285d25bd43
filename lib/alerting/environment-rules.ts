import type { Environment } from '../environment.js';
import { inventoryRules } from './inventory-rules.js';
import { metricNameProblems } from './metric-names.js';
import { ruleFileProblems } from './rule-file-check.js';
import { foundRuleFiles, type RuleFile } from './rule-files.js';
import { ruleLint } from './rule-lint.js';
import { overriddenRules } from './rule-overrides.js';

export interface EnvironmentRulesProps {
  readonly environmentName: string;
  readonly environment: Pick<Environment, 'targets' | 'alerts' | 'ownMetrics'>;
  /** Where the rule files are. @default 'rules' */
  readonly folder?: string;
}

/** Every rule file that an environment uploads or runs, if all are right; otherwise every problem at once. */
export function environmentRules({
  environmentName,
  environment: { targets, alerts = {}, ownMetrics = [] },
  folder = 'rules',
}: EnvironmentRulesProps): readonly RuleFile[] {
  const place = `environments.${environmentName}`;
  const found = foundRuleFiles(folder);
  const inventory: RuleFile = {
    name: 'inventory',
    path: `${place}.targets`,
    text: inventoryRules(targets),
  };
  const shipped = [...found.files, inventory];
  const { files, problems } = overriddenRules(`${place}.alerts`, alerts, shipped);
  const all = [
    ...found.problems,
    ...problems,
    ...ruleFileProblems(files),
    ...metricNameProblems(files, ownMetrics),
    ...broken(files, shipped),
  ];
  if (all.length > 0) throw new Error(all.join('\n'));
  return files;
}

// How we choose what an environment may choose otherwise.
const choices = ['absent-waits', 'critical-waits', 'for-spans-scrapes', 'runbook-heading'];

/** The conventions that a file breaks: of one of ours any, of a user's only what keeps a rule from its work. */
function broken(files: readonly RuleFile[], shipped: readonly RuleFile[]): string[] {
  const users = new Set(files.flatMap(({ isUsers, path }) => (isUsers ? [path] : [])));
  const asShipped = new Set(shipped.map(({ path }) => path));
  return ruleLint(files)
    .filter(({ isError, path }) => isError || !users.has(path))
    .filter(({ id, path }) => asShipped.has(path) || !choices.includes(id))
    .map(({ message }) => message);
}
