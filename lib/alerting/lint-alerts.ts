import { durationSeconds } from './prometheus-duration.js';
import { isNumber, labelsOfExpression } from './promql-labels.js';
import {
  bare,
  type Convention,
  callee,
  type LintedRule,
  partsOf,
  textOf,
} from './rule-convention.js';

const SCRAPE_SECONDS = 30;

/** Conventions about what wakes people, when, and what it tells them. */
export const alertConventions: readonly Convention[] = [
  {
    id: 'runbook-heading',
    isError: false,
    check: ({ alert, annotations }) => {
      const heading = annotations.runbook?.split('#')[1];
      return alert === undefined || heading === alert.toLowerCase()
        ? []
        : [`runbook must name the heading '#${alert.toLowerCase()}', got '#${heading ?? ''}'`];
    },
  },
  {
    id: 'critical-waits',
    isError: false,
    check: (rule) => {
      const waits = secondsOf(rule.for) >= 60 || rule.keepFiringFor !== undefined;
      return rule.labels.severity !== 'critical' || waits
        ? []
        : ['wakes somebody for a moment; give it for: 1m or more, or keep_firing_for'];
    },
  },
  {
    id: 'for-spans-scrapes',
    isError: false,
    check: (rule) => {
      const seconds = secondsOf(rule.for);
      return seconds === 0 || seconds >= 2 * SCRAPE_SECONDS
        ? []
        : [`for must span two scrapes, ${2 * SCRAPE_SECONDS}s, or be left out, got ${rule.for}`];
    },
  },
  {
    id: 'absent-waits',
    isError: false,
    check: (rule) =>
      rule.alert !== undefined && secondsOf(rule.for) === 0 && calls(rule, /^absent/).length > 0
        ? ['absent() is true while a first deploy starts; give the alert a for of some minutes']
        : [],
  },
  {
    id: 'alert-compares',
    isError: true,
    check: (rule) => {
      const isHeartbeat = /^\s*vector\(\d+\)\s*$/.test(rule.expr);
      const decides = partsOf(rule, 'Eql', 'Neq', 'Gte', 'Gtr', 'Lte', 'Lss', 'Unless');
      return rule.alert === undefined ||
        isHeartbeat ||
        decides.length > 0 ||
        calls(rule, /^absent/).length > 0
        ? []
        : ['compares nothing, so it fires while its series exist; compare with a threshold'];
    },
  },
  {
    id: 'value-in-label',
    isError: true,
    check: ({ labels }) =>
      Object.entries(labels)
        .filter(([, value]) => /\$value|\.Value/.test(value))
        .map(
          ([name]) =>
            `label ${name} changes with the value, and each is a new alert; say it in an annotation`,
        ),
  },
  { id: 'label-survives', isError: false, check: (rule, context) => lostLabels(rule, context) },
  { id: 'value-has-unit', isError: false, check: (rule, context) => wrongUnits(rule, context) },
  {
    id: 'no-topk',
    isError: false,
    check: (rule) =>
      rule.alert === undefined
        ? []
        : calls(rule, /^(topk|bottomk)$/).map(
            (name) =>
              `${name} names others at each evaluation, so for never passes; use a threshold`,
          ),
  },
  {
    id: 'no-irate',
    isError: false,
    check: (rule) =>
      calls(rule, /^irate$/).map(() => 'irate sees two samples and forgets the rest; use rate'),
  },
];

function secondsOf(duration: string | undefined): number {
  return duration === undefined ? 0 : (durationSeconds(duration) ?? 0);
}

function calls(rule: LintedRule, pattern: RegExp): string[] {
  return partsOf(rule, 'FunctionCall', 'AggregateExpr')
    .map((node) => callee(rule, node))
    .filter((name) => pattern.test(name));
}

const lostLabels: Convention['check'] = (rule, { labelsOfMetric }) => {
  const left = rule.alert === undefined ? undefined : labelsOfExpression(rule.expr, labelsOfMetric);
  if (left === undefined) return [];
  const texts = Object.entries(rule.annotations);
  return texts.flatMap(([key, text]) =>
    [...new Set([...text.matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name))]
      .filter((name) => !left.has(name) && !(name in rule.labels))
      .map(
        (name) =>
          `${key} prints $labels.${name}, which the expression drops; it keeps ${[...left].join(', ') || 'none'}`,
      ),
  );
};

const units = { humanizeDuration: 'seconds', humanizePercentage: 'ratio' } as const;

const wrongUnits: Convention['check'] = (rule) => {
  const unit = unitOf(rule, rule.tree.topNode.firstChild);
  const texts = Object.entries(rule.annotations);
  if (unit === undefined) return [];
  return texts.flatMap(([key, text]) =>
    [...text.matchAll(/\$value\s*\|\s*(humanize\w*)/g)].flatMap(([, name = '']) => {
      if (name === 'humanize' && unit === 'ratio') {
        return [`${key} prints a ratio by humanize, which makes 0.81 810m; use humanizePercentage`];
      }
      const wanted = name in units ? units[name as keyof typeof units] : unit;
      return wanted === unit
        ? []
        : [`${key} prints by ${name}, which is for a ${wanted}, got ${unit}`];
    }),
  );
};

/** What the value of an alert is measured in, by the name of what is compared; undefined when that does not say. */
function unitOf(rule: LintedRule, node: LintedRule['tree']['topNode'] | null): string | undefined {
  if (node === null) return undefined;
  const part = bare(node);
  if (part.name === 'BinaryExpr') {
    const isDividedByNumber = part.lastChild !== null && isNumber(part.lastChild);
    if (part.getChild('Div')) return isDividedByNumber ? undefined : 'ratio';
    const numbers = part.firstChild?.name === 'NumberDurationLiteral';
    return unitOf(rule, numbers ? part.lastChild : part.firstChild);
  }
  if (part.name !== 'VectorSelector') return undefined;
  const [name = ''] = textOf(rule, part).split('{');
  const [level = '', metric = level, operation = ''] = name.split(':');
  if (/ratio/.test(operation) || /_ratio$/.test(metric)) return 'ratio';
  const isTime = /_seconds$/.test(metric);
  // Seconds per second.
  if (/^rate/.test(operation)) return isTime ? 'ratio' : undefined;
  if (/^(increase|count)/.test(operation)) return isTime ? 'seconds' : 'number';
  return isTime ? 'seconds' : undefined;
}
