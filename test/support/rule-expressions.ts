import { join } from 'node:path';
import { parse } from 'yaml';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { foundRuleFiles } from '../../lib/alerting/rule-files';
import { exposures } from '../../lib/collector/targets';

/** A rule as promises read it. */
export interface Expression {
  readonly name: string;
  readonly isAlert: boolean;
  readonly expr: string;
  readonly labels: readonly string[];
}

const rules = join(__dirname, '../../rules');

/** Every rule of ours in `rules/`, and those of an inventory that has a target of each kind. */
export function ruleExpressions(): Expression[] {
  const ours = foundRuleFiles(rules).files.filter(({ isUsers }) => !isUsers);
  const inventory = inventoryRules(
    exposures.map((exposes) => ({
      job: exposes,
      exposes,
      discovery: { addresses: [`${exposes}:9000`] },
      expectedMinimum: 1,
    })),
  );
  return [...ours.map(({ text }) => text), inventory].flatMap((text) =>
    parse(text).groups.flatMap((group: { rules: RuleText[] }) => group.rules.map(expression)),
  );
}

interface RuleText {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string | number;
  readonly labels?: Readonly<Record<string, string>>;
}

function expression({ alert, record, expr, labels = {} }: RuleText): Expression {
  return {
    name: alert ?? record ?? '',
    isAlert: alert !== undefined,
    expr: String(expr),
    labels: Object.keys(labels),
  };
}
