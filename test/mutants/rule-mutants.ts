import { durationSeconds } from '../../lib/alerting/prometheus-duration.js';
import { promqlProblem } from '../../lib/alerting/promql.js';
import type { LabelsOfMetric } from '../../lib/alerting/promql-labels.js';
import { expressionMutants } from './expression-mutants.js';
import { nameOf, type Rule, type RuleFile, recordedLabels, rulesOf, titleOf } from './rule-file.js';

/** A rule file with one thing changed that a test should notice. */
export interface Mutant {
  readonly path: string;
  /** The rule, as `alert X{limit="pool"}` or `record a:b:c`. */
  readonly rule: string;
  readonly change: string;
  /** What readers call the rule. */
  readonly name: string;
  readonly groups: RuleFile['groups'];
}

/** Every mutant of every rule of a file; recorded metrics may come from other files too. */
export function ruleFileMutants(file: RuleFile, all: readonly Rule[] = rulesOf(file)): Mutant[] {
  const labelsOfMetric = recordedLabels(all);
  const mutants = rulesOf(file).flatMap((rule) =>
    numbered(ruleMutants(rule, labelsOfMetric)).map(({ change, mutated }) => ({
      path: file.path,
      rule: titleOf(rule),
      change,
      name: nameOf(rule),
      groups: withRule(file, rule, mutated),
    })),
  );
  return mutants;
}

interface Changed {
  readonly change: string;
  /** Left out when the rule is gone. */
  readonly mutated?: Rule;
}

function ruleMutants(rule: Rule, labelsOfMetric: LabelsOfMetric): Changed[] {
  return [
    { change: 'deleted' },
    ...expressionMutants({ expression: rule.expr, labelsOfMetric, isValueRead: isValueRead(rule) })
      .filter(({ expression }) => promqlProblem(expression) === undefined)
      .map(({ change, expression }) => ({ change, mutated: { ...rule, expr: expression } })),
    ...timings(rule),
    ...ownLabels(rule),
    ...annotations(rule),
  ];
}

/** An alert is as true with another value, unless its texts print it. */
function isValueRead({ alert, labels, annotations }: Rule): boolean {
  return alert === undefined || /\$value|\.Value/.test(JSON.stringify([labels, annotations]));
}

function timings(rule: Rule): Changed[] {
  const { for: wait, keep_firing_for: keep, ...rest } = rule;
  const seconds = wait === undefined ? 0 : (durationSeconds(wait) ?? 0);
  const waits = seconds === 0 ? [] : [0, seconds * 4];
  return [
    ...waits.map((other) => ({
      change: `for: ${wait} → ${other}s`,
      mutated: { ...rule, for: `${other}s` },
    })),
    ...(keep === undefined
      ? []
      : [
          {
            change: 'without keep_firing_for',
            mutated: { ...rest, ...(wait === undefined ? {} : { for: wait }) },
          },
          {
            change: `keep_firing_for: ${keep} → 24h`,
            mutated: { ...rule, keep_firing_for: '24h' },
          },
        ]),
  ];
}

function ownLabels(rule: Rule): Changed[] {
  return Object.entries(rule.labels ?? {}).map(([label, value]) => ({
    change: `label ${label}: '${value}' → 'other'`,
    mutated: { ...rule, labels: { ...rule.labels, [label]: 'other' } },
  }));
}

function annotations(rule: Rule): Changed[] {
  return Object.entries(rule.annotations ?? {}).flatMap(([key, value]) => {
    const empty = { [key]: '' };
    const filledIn = [...new Set(value.match(/\{\{.*?\}\}/g) ?? [])];
    return [
      { change: `annotation ${key} emptied`, mutated: withAnnotations(rule, empty) },
      ...filledIn.map((action) => ({
        change: `annotation ${key} without '${action}'`,
        mutated: withAnnotations(rule, { [key]: value.replaceAll(action, '') }),
      })),
      ...filledIn
        .filter((action) => action.includes('|'))
        .map((action) => ({
          change: `annotation ${key}: '${action}' as it is`,
          mutated: withAnnotations(rule, {
            [key]: value.replaceAll(action, action.replace(/\s*\|.*\}\}/, ' }}')),
          }),
        })),
    ];
  });
}

function withAnnotations(rule: Rule, changed: Readonly<Record<string, string>>): Rule {
  return { ...rule, annotations: { ...rule.annotations, ...changed } };
}

function withRule({ groups }: RuleFile, rule: Rule, mutated: Rule | undefined) {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.flatMap((one) => (one === rule ? (mutated ?? []) : one)),
  }));
}

/** Tells equal changes of one rule apart, in the order in which they stand. */
function numbered(changes: readonly Changed[]): Changed[] {
  const seen = new Map<string, number>();
  return changes.map((one) => {
    const count = (seen.get(one.change) ?? 0) + 1;
    seen.set(one.change, count);
    return count === 1 ? one : { ...one, change: `${one.change} (${count})` };
  });
}
