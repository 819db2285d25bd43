import { isMap, isSeq, parseDocument } from 'yaml';
import { alertConventions } from './lint-alerts.js';
import { expressionConventions } from './lint-expressions.js';
import { metricConventions } from './lint-metrics.js';
import { type MetricFacts, metricFacts } from './metric-facts.js';
import { type LabelsOfMetric, labelsOfExpression } from './promql-labels.js';
import { groupedTree } from './promql-tree.js';
import type { Convention, LintContext, LintedRule } from './rule-convention.js';
import type { RuleFile } from './rule-files.js';

/** A rule that breaks a convention. */
export interface LintProblem {
  readonly id: string;
  readonly path: string;
  /** Whether the rule does not do what it says, whoever wrote it; the rest is how we write ours. */
  readonly isError: boolean;
  /** As `rules/http.yaml: group http: alert X: what is wrong; the way out [id]`. */
  readonly message: string;
}

/** Every convention of the house; a comment `# lint: off <id>: reason` beside a rule switches one off for it. */
export const conventions: readonly Convention[] = [
  ...alertConventions,
  ...expressionConventions,
  ...metricConventions,
];

const SWITCH = 'lint-off';

/** What the rules of files break, which are right as far as `ruleFileProblems` can tell. */
export function ruleLint(
  files: readonly RuleFile[],
  metrics: ReadonlyMap<string, MetricFacts> = metricFacts(),
): LintProblem[] {
  const found = files.flatMap(rulesIn);
  const rules = found.map(({ rule }) => rule);
  const context = { rules, metrics, labelsOfMetric: labelsOfMetrics(rules, metrics) };
  return found.flatMap((one) => problemsOf(one, context));
}

interface FoundRule {
  readonly rule: LintedRule;
  /** What stands from the end of the rule before to its own. */
  readonly text: string;
}

function problemsOf({ rule, text }: FoundRule, context: LintContext): LintProblem[] {
  const switches = switchesIn(text);
  const broken = conventions.flatMap(({ id, isError, check }) =>
    check(rule, context).map((says) => ({ id, isError, says })),
  );
  const off = new Set(switches.map(({ id }) => id));
  const unused = switches.flatMap((one) => switchProblem(one, broken));
  return [
    ...broken.filter(({ id }) => !off.has(id)),
    ...unused.map((says) => ({ id: SWITCH, isError: true, says })),
  ].map(({ id, isError, says }) => ({
    id,
    path: rule.path,
    isError,
    message: `${rule.place}: ${says} ${id === SWITCH ? `[${id}]` : `[or beside it: # lint: off ${id}: why]`}`,
  }));
}

interface Switch {
  readonly id: string;
  readonly reason: string;
}

function switchesIn(text: string): Switch[] {
  const lines = text.matchAll(/#\s*lint: off\b[ \t]*([\w-]*)[ \t]*:?[ \t]*(.*)$/gm);
  return [...lines].map(([, id = '', reason = '']) => ({ id, reason: reason.trim() }));
}

function switchProblem(
  { id, reason }: Switch,
  broken: readonly { readonly id: string }[],
): string[] {
  if (!conventions.some((one) => one.id === id)) return [`'lint: off ${id}' names no convention`];
  if (reason === '')
    return [`'lint: off ${id}' must be followed by a reason, as 'lint: off ${id}: why'`];
  return broken.some((one) => one.id === id)
    ? []
    : [`'lint: off ${id}' switches nothing off; take it out`];
}

function rulesIn({ path, text }: RuleFile): FoundRule[] {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return [];
  const groups = document.contents.get('groups');
  const nodes = (isSeq(groups) ? groups.items : []).flatMap((group) => {
    if (!isMap(group)) return [];
    const [name, rules] = [group.get('name'), group.get('rules')];
    const place = `${path}: group ${name}`;
    return (isSeq(rules) ? rules.items : []).filter(isMap).map((node) => ({ place, node }));
  });
  let before = 0;
  return nodes.flatMap(({ place, node }, position) => {
    const end = node.range?.[1] ?? before;
    const slice = text.slice(before, end);
    // What follows a rule on its last line is still about that rule.
    before = text.indexOf('\n', end - 1) < 0 ? text.length : text.indexOf('\n', end - 1);
    const rule = lintedRule({ path, group: place, position, fields: node.toJS(document) });
    return rule === undefined ? [] : [{ rule, text: slice }];
  });
}

interface RawRule {
  readonly path: string;
  /** The place of its group. */
  readonly group: string;
  readonly position: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

function lintedRule({ path, group, position, fields }: RawRule): LintedRule | undefined {
  const text = (key: string) => (typeof fields[key] === 'string' ? `${fields[key]}` : undefined);
  const [alert, record, expr] = [text('alert'), text('record'), text('expr')];
  if (expr === undefined) return undefined;
  const [wait, keep] = [text('for'), text('keep_firing_for')];
  return {
    place: `${group}: ${alert === undefined ? `record ${record}` : `alert ${alert}`}`,
    path,
    position,
    expr,
    tree: groupedTree(expr),
    labels: textsOf(fields.labels),
    annotations: textsOf(fields.annotations),
    ...(alert === undefined ? {} : { alert }),
    ...(record === undefined ? {} : { record }),
    ...(wait === undefined ? {} : { for: wait }),
    ...(keep === undefined ? {} : { keepFiringFor: keep }),
  };
}

function textsOf(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one)]));
}

/** What metrics and what the rules record are labelled with; two rules of one name have the labels of both. */
function labelsOfMetrics(
  rules: readonly LintedRule[],
  metrics: ReadonlyMap<string, MetricFacts>,
): LabelsOfMetric {
  const known = new Map<string, ReturnType<LabelsOfMetric>>();
  const labelsOf: LabelsOfMetric = (name) => {
    if (known.has(name)) return known.get(name);
    // Unknown until it is found, so that a cycle ends.
    known.set(name, undefined);
    const recorded = rules
      .filter(({ record }) => record === name)
      .map(({ expr, labels }) => {
        const computed = labelsOfExpression(expr, labelsOf);
        return computed && new Set([...computed, ...Object.keys(labels)]);
      });
    const isKnown = recorded.length > 0 && recorded.every((one) => one !== undefined);
    const together = new Set(recorded.flatMap((one) => [...(one ?? [])]));
    known.set(name, isKnown ? together : metrics.get(name)?.labels);
    return known.get(name);
  };
  return labelsOf;
}
