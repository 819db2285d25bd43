import { nearest } from '../nearest.js';
import { isNumber } from './promql-labels.js';
import type { SyntaxNode } from './promql-tree.js';
import {
  bare,
  type Convention,
  callAround,
  callee,
  type LintContext,
  type LintedRule,
  partsOf,
  selectedMetric,
  textOf,
} from './rule-convention.js';

const overCounters = ['rate', 'increase', 'irate', 'resets'];
const overGauges = ['delta', 'deriv', 'idelta', 'predict_linear'];
// What may look at a counter as it stands: whether it is there, and whether it moved.
const overAny = [
  ...['absent', 'absent_over_time', 'count', 'group', 'present_over_time', 'timestamp'],
  ...['changes', 'count_over_time', 'last_over_time'],
];

/** Conventions that need to know what metrics are, and what other rules record. */
export const metricConventions: readonly Convention[] = [
  { id: 'metric-known', isError: false, check: (rule, context) => unknownMetrics(rule, context) },
  { id: 'record-known', isError: false, check: (rule, context) => unknownRecords(rule, context) },
  { id: 'label-known', isError: false, check: (rule, context) => unknownLabels(rule, context) },
  { id: 'rate-of-counter', isError: true, check: (rule, context) => wrongTypes(rule, context) },
  { id: 'no-bare-counter', isError: true, check: (rule, context) => bareCounters(rule, context) },
  {
    id: 'no-average-of-ratios',
    isError: false,
    check: (rule) =>
      partsOf(rule, 'VectorSelector')
        .filter((node) => /(:ratio|_ratio)/.test(selectedMetric(rule, node) ?? ''))
        .flatMap((node) => {
          const name = callee(rule, callAround(node));
          return /^(avg|avg_over_time|sum|sum_over_time)$/.test(name)
            ? [
                `${name} of '${textOf(rule, node)}' weighs ratios alike, whatever they are of; divide sums`,
              ]
            : [];
        }),
  },
  { id: 'recorded-before', isError: false, check: (rule, context) => recordedLater(rule, context) },
  { id: 'no-cycle', isError: true, check: (rule, context) => cycles(rule, context) },
  { id: 'le-is-edge', isError: true, check: (rule, context) => wrongEdges(rule, context) },
  {
    id: 'threshold-is-edge',
    isError: false,
    check: (rule, context) => wrongThresholds(rule, context),
  },
];

function metricsIn(rule: LintedRule): string[] {
  const names = partsOf(rule, 'VectorSelector').flatMap((node) => selectedMetric(rule, node) ?? []);
  return [...new Set(names)];
}

const isRecorded = (name: string) => name.includes(':');

function unknownMetrics(rule: LintedRule, { metrics }: LintContext): string[] {
  return metricsIn(rule)
    .filter((name) => !isRecorded(name) && !metrics.has(name))
    .map((name) => {
      const meant = nearest(name, metrics.keys());
      return `nothing exposes '${name}'${meant ? `; did you mean '${meant}'` : '; add it to lib/metrics'}`;
    });
}

function unknownRecords(rule: LintedRule, { rules }: LintContext): string[] {
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
  return metricsIn(rule)
    .filter((name) => isRecorded(name) && !recorded.has(name))
    .map((name) => {
      const meant = nearest(name, recorded);
      return `no rule records '${name}'${meant ? `; did you mean '${meant}'` : ''}`;
    });
}

function unknownLabels(rule: LintedRule, { metrics, labelsOfMetric }: LintContext): string[] {
  return partsOf(rule, 'VectorSelector').flatMap((selector) => {
    const name = selectedMetric(rule, selector) ?? '';
    const labels = metrics.get(name)?.labels ?? labelsOfMetric(name);
    if (labels === undefined || name === 'ALERTS') return [];
    const matched = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    return matched
      .flatMap((matcher) => matcher.getChild('LabelName') ?? [])
      .map((label) => textOf(rule, label))
      .filter((label) => !labels.has(label))
      .map((label) => `'${name}' has no label '${label}'; it has ${[...labels].sort().join(', ')}`);
  });
}

/** What every series is taken for: a recorded one is a gauge, whatever it was made of. */
function typeOf(name: string, { metrics }: LintContext): string | undefined {
  return isRecorded(name) ? 'gauge' : metrics.get(name)?.type;
}

function wrongTypes(rule: LintedRule, context: LintContext): string[] {
  return partsOf(rule, 'MatrixSelector').flatMap((range) => {
    const selector = range.getChild('VectorSelector');
    const name = (selector && selectedMetric(rule, selector)) ?? '';
    const call = callee(rule, callAround(range));
    const type = typeOf(name, context);
    if (overCounters.includes(call) && type === 'gauge') {
      return [
        `${call} is for counters, and '${name}' is a gauge; use delta, deriv or avg_over_time`,
      ];
    }
    return overGauges.includes(call) && type === 'counter'
      ? [`${call} is for gauges, and '${name}' is a counter; use rate or increase`]
      : [];
  });
}

function bareCounters(rule: LintedRule, context: LintContext): string[] {
  return partsOf(rule, 'VectorSelector').flatMap((selector) => {
    const name = selectedMetric(rule, selector) ?? '';
    const call = callee(rule, callAround(selector));
    const isRead = [...overCounters, ...overGauges, ...overAny].includes(call);
    return typeOf(name, context) !== 'counter' || isRead || isOnlyMatched(selector)
      ? []
      : [`'${name}' is a counter, whose value begins anew at each restart; use rate or increase`];
  });
}

/** Whether it stands on the right of `and` or `unless`, where only its labels count. */
function isOnlyMatched(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (parent?.name === 'ParenExpr') return isOnlyMatched(parent);
  const isSet = Boolean(parent?.getChild('And') ?? parent?.getChild('Unless'));
  return isSet && parent?.firstChild?.from !== node.from;
}

function recordedLater(rule: LintedRule, { rules }: LintContext): string[] {
  const inputs = metricsIn(rule);
  return rules
    .filter(({ path, record }) => path === rule.path && inputs.includes(record ?? ''))
    .filter(({ position, record }) => position > rule.position && !isEarlier(rules, rule, record))
    .map(({ record }) => `reads '${record}' before it is recorded; move it below`);
}

function isEarlier(rules: readonly LintedRule[], rule: LintedRule, record: string | undefined) {
  return rules.some(
    (one) => one.record === record && (one.path !== rule.path || one.position < rule.position),
  );
}

function cycles(rule: LintedRule, { rules }: LintContext): string[] {
  if (rule.record === undefined) return [];
  const seen = new Set(metricsIn(rule));
  // A set hands out what is added while it is gone through.
  for (const name of seen) {
    for (const other of rules.filter(({ record }) => record === name)) {
      for (const input of metricsIn(other)) seen.add(input);
    }
  }
  return seen.has(rule.record) ? ['reads itself, directly or through others'] : [];
}

function wrongEdges(rule: LintedRule, { metrics }: LintContext): string[] {
  return partsOf(rule, 'VectorSelector').flatMap((selector) => {
    const metric = selectedMetric(rule, selector) ?? '';
    const matcher = /\ble\s*(=~?)\s*["']([^"']*)["']/.exec(textOf(rule, selector));
    if (matcher === null || matcher[2] === '+Inf') return [];
    const [text, operator, value = ''] = matcher;
    const number = Number(value.replace(/\(\\*\.0\)\?$/, ''));
    const edges = edgesOf(metric, metrics);
    if (Number.isNaN(number)) return [`${text} must be one edge, such as le=~"2(\\\\.0)?"`];
    if (edges && !edges.includes(number)) {
      return [`${text} is no edge of '${metric}', which has ${edges.join(', ')}`];
    }
    return Number.isInteger(number) && operator === '='
      ? [`${text} misses le="${number}.0", as Prometheus 3 writes it; use le=~"${number}(\\\\.0)?"`]
      : [];
  });
}

/** The edges of a histogram, also behind the name of what was recorded of it. */
function edgesOf(metric: string, metrics: LintContext['metrics']): readonly number[] | undefined {
  const name = metric.split(':')[1] ?? metric;
  const bucket = name.endsWith('_bucket') ? name : `${name}_bucket`;
  return metrics.get(bucket)?.histogram?.edges;
}

function wrongThresholds(rule: LintedRule, { metrics, rules }: LintContext): string[] {
  return partsOf(rule, 'Gtr', 'Gte', 'Lss', 'Lte').flatMap((operator) => {
    const [left, right] = [operator.parent?.firstChild, operator.parent?.lastChild];
    if (!left || !right || !isNumber(right)) return [];
    const edges = quantileEdges(rule, bare(left), { metrics, rules });
    const threshold = Number(textOf(rule, right));
    return edges === undefined || edges.includes(threshold)
      ? []
      : [
          `${threshold} is between two buckets, where a quantile is a guess; use one of ${edges.join(', ')}`,
        ];
  });
}

function quantileEdges(
  rule: LintedRule,
  node: SyntaxNode,
  { metrics, rules }: Pick<LintContext, 'metrics' | 'rules'>,
): readonly number[] | undefined {
  const name = node.name === 'VectorSelector' ? selectedMetric(rule, node) : undefined;
  const recorded = rules.find(({ record }) => record !== undefined && record === name);
  const isQuantile = /^\s*histogram_quantile\(/.test(recorded?.expr ?? '');
  return name === undefined || !isQuantile ? undefined : edgesOf(name, metrics);
}
