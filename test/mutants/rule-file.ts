import { parse } from 'yaml';
import { type LabelsOfMetric, labelsOfExpression } from '../../lib/alerting/promql-labels.js';

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Rules as they stand in one file. */
export interface RuleFile {
  /** Where it is, from the root of the repository. */
  readonly path: string;
  readonly groups: readonly Group[];
}

export function readRuleFile(path: string, text: string): RuleFile {
  return { path, groups: (parse(text) as { groups: readonly Group[] }).groups };
}

export function rulesOf({ groups }: RuleFile): readonly Rule[] {
  return groups.flatMap(({ rules }) => rules);
}

/** The name that its readers use, which no alert and no recording share. */
export function nameOf({ alert, record }: Rule): string {
  return alert === undefined ? `${record}` : `alert ${alert}`;
}

/** What tells a rule from others of its name: its own labels, but who is woken. */
export function titleOf(rule: Rule): string {
  const { severity: _, component: __, ...labels } = rule.labels ?? {};
  const shown = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const kind = rule.alert === undefined ? 'record ' : '';
  return `${kind}${nameOf(rule)}${shown.length > 0 ? `{${shown.join(',')}}` : ''}`;
}

/** Which labels the metrics recorded by these rules have; all others can have any. */
export function recordedLabels(rules: readonly Rule[]): LabelsOfMetric {
  const known = new Map<string, ReturnType<LabelsOfMetric>>();
  const labelsOf: LabelsOfMetric = (metric) => {
    if (known.has(metric)) return known.get(metric);
    known.set(metric, undefined);
    const recorded = rules.filter(({ record }) => record === metric);
    const labels = recorded.map(({ expr, labels: own = {} }) => {
      const computed = labelsOfExpression(expr, labelsOf);
      return computed && new Set([...computed, ...Object.keys(own)]);
    });
    const all = labels.every((one) => one !== undefined) && labels.length > 0;
    known.set(metric, all ? new Set(labels.flatMap((one) => [...(one ?? [])])) : undefined);
    return known.get(metric);
  };
  return labelsOf;
}
