import { durationSeconds } from './prometheus-duration.js';
import { isNumber, labelsOfNode } from './promql-labels.js';
import { childrenOf, type SyntaxNode } from './promql-tree.js';
import {
  bare,
  type Convention,
  callAround,
  callee,
  type LintContext,
  type LintedRule,
  partsOf,
  textOf,
} from './rule-convention.js';

// Four scrapes: one may be lost, and Prometheus 3 does not count a sample on the left edge.
const MIN_RANGE_SECONDS = 120;

/** Conventions about expressions, whatever is known of metrics. */
export const expressionConventions: readonly Convention[] = [
  {
    id: 'range-spans-scrapes',
    isError: false,
    check: (rule) =>
      partsOf(rule, 'MatrixSelector')
        .flatMap((node) => node.getChild('DurationExpr') ?? [])
        .map((node) => textOf(rule, node))
        .filter((range) => (durationSeconds(range) ?? MIN_RANGE_SECONDS) < MIN_RANGE_SECONDS)
        .map((range) => `[${range}] must span four scrapes, 2m, or a lost one makes a gap`),
  },
  {
    id: 'division-guarded',
    isError: false,
    check: (rule) =>
      partsOf(rule, 'BinaryExpr')
        .filter(
          (node) => node.getChild('Div') && node.lastChild && !isGuarded(rule, node.lastChild),
        )
        .map((node) => {
          const divisor = textOf(rule, node.lastChild ?? node);
          return `divides by '${divisor}', which may be 0; write (${divisor} > 0)`;
        }),
  },
  {
    id: 'matching-explicit',
    isError: false,
    check: (rule, context) =>
      partsOf(rule, 'BinaryExpr')
        // 'or' puts unlike things side by side on purpose.
        .filter((node) => !node.getChild('MatchingModifierClause') && !node.getChild('Or'))
        .flatMap((node) => unmatched(rule, node, context)),
  },
  {
    id: 'no-or-of-functions',
    isError: false,
    check: (rule) =>
      partsOf(rule, 'BinaryExpr')
        .filter((node) => node.getChild('Or') && [node.firstChild, node.lastChild].every(losesName))
        .map(
          () =>
            "'or' between two functions: they drop the names, so the right side vanishes; use '+' or aggregate each",
        ),
  },
  {
    id: 'no-name-pattern',
    isError: false,
    check: (rule) =>
      matchersOf(rule)
        .filter(({ label, operator }) => label === '__name__' && operator.endsWith('~'))
        .map(({ text }) => `'${text}' reads metrics that nobody listed; name them`),
  },
  {
    id: 'no-leading-wildcard',
    isError: false,
    check: (rule) =>
      matchersOf(rule)
        .filter(
          ({ label, operator, value }) =>
            label !== '__name__' && operator.endsWith('~') && /^\.[*+]./.test(value),
        )
        .map(({ text }) => `'${text}' reads every value of the label; begin with what is known`),
  },
];

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
  readonly text: string;
}

/** Every matcher of every selector of a rule. */
export function matchersOf(rule: LintedRule): Matcher[] {
  return partsOf(rule, 'UnquotedLabelMatcher').map((node) => {
    const [label = '', operator = '', value = ''] = childrenOf(node).map((part) =>
      textOf(rule, part),
    );
    return { label, operator, value: value.slice(1, -1), text: textOf(rule, node) };
  });
}

/** Whether a divisor cannot be 0: a number, or what a comparison has let through. */
function isGuarded(rule: LintedRule, node: SyntaxNode): boolean {
  const part = bare(node);
  if (isNumber(part)) return Number(textOf(rule, part)) !== 0;
  if (part.name === 'BinaryExpr') {
    if (['Gtr', 'Gte', 'Neq', 'Lss', 'Lte', 'Eql'].some((name) => part.getChild(name))) return true;
    return (
      Boolean(part.getChild('And')) && part.firstChild !== null && isGuarded(rule, part.firstChild)
    );
  }
  return callee(rule, part) === 'vector';
}

function unmatched(rule: LintedRule, node: SyntaxNode, { labelsOfMetric }: LintContext): string[] {
  const [left, operator] = childrenOf(node);
  const right = node.lastChild;
  if (!left || !operator || !right || isNumber(left) || isNumber(right)) return [];
  const sides = [left, right].map((side) =>
    labelsOfNode(side, { expression: rule.expr, labelsOfMetric }),
  );
  const [ours, theirs] = sides.map((labels) => labels && [...labels].sort().join(', '));
  if (ours !== undefined && ours === theirs) return [];
  const has = [ours, theirs].map((labels) => labels ?? 'any label');
  return [
    `'${textOf(rule, operator)}' has {${has[0]}} on its left and {${has[1]}} on its right; write on (…) or ignoring (…)`,
  ];
}

/** Whether an operand of `or` is the direct result of a function over a range. */
function losesName(node: SyntaxNode | null): boolean {
  if (node === null) return false;
  const part = bare(node);
  const isCompared = part.name === 'BinaryExpr' && !part.getChild('Or') && part.firstChild;
  if (isCompared) return losesName(isCompared);
  return (
    part.name === 'FunctionCall' && callAround(part)?.name !== 'AggregateExpr' && hasRange(part)
  );
}

function hasRange(call: SyntaxNode): boolean {
  return childrenOf(call.getChild('FunctionCallBody') ?? call).some((part) =>
    ['MatrixSelector', 'SubqueryExpr', 'OffsetExpr'].includes(part.name),
  );
}
