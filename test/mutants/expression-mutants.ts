import {
  argumentsOf,
  type LabelsOfMetric,
  labelsOfNode,
} from '../../lib/alerting/promql-labels.js';
import { childrenOf, promqlTree, type SyntaxNode } from '../../lib/alerting/promql-tree.js';
import { isMatchedElsewhere } from './matched-elsewhere.js';

/** An expression with one thing changed that a test should notice. */
export interface ChangedExpression {
  /** What was changed, as `'> 5' → '>= 5'`. */
  readonly change: string;
  readonly expression: string;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** What it is called when the bare text would not say it. */
  readonly says?: string;
}

export interface Reading {
  readonly expression: string;
  readonly labelsOfMetric: LabelsOfMetric;
  /** Whether anything but its labels is looked at. */
  readonly isValueRead: boolean;
}

type Mutator = (node: SyntaxNode, reading: Reading) => readonly Edit[];

/** Every mutant of an expression that is not the same by construction. */
export function expressionMutants(reading: Reading): ChangedExpression[] {
  const { expression } = reading;
  const edits: Edit[] = [];
  const cursor = promqlTree(expression).cursor();
  do edits.push(...(mutators[cursor.name]?.(cursor.node, reading) ?? []));
  while (cursor.next());
  return edits.map(({ from, to, text, says }) => ({
    change: says ?? `'${shown(expression.slice(from, to))}' → '${text}'`,
    expression: expression.slice(0, from) + text + expression.slice(to),
  }));
}

const mutators: Readonly<Record<string, Mutator | undefined>> = {
  NumberDurationLiteral: numbers,
  BinaryExpr: operators,
  AggregateExpr: (node, reading) => [...aggregations(node, reading), ...grouping(node, reading)],
  FunctionIdentifier: functions,
  MatchingModifierClause: matchedLabels,
  UnquotedLabelMatcher: matchers,
  MatrixSelector: ranges,
  SubqueryExpr: ranges,
  OffsetExpr: offsets,
};

// Below it a quarter more is no other whole number.
const SMALL_WHOLE_NUMBER = 4;

function numbers(node: SyntaxNode, reading: Reading): Edit[] {
  const { expression } = reading;
  const text = expression.slice(node.from, node.to);
  const number = Number(text);
  if (!Number.isFinite(number) || isUnread(node, reading)) return [];
  const isSmall = Number.isInteger(number) && Math.abs(number) <= SMALL_WHOLE_NUMBER;
  const others = isSmall ? [number + 1, ...(number > 0 ? [number - 1] : [])] : factors(number);
  // A comparison shows which of several equal numbers it is.
  const operator = node.prevSibling;
  const before = operator && /^[<>=!]/.test(expression.slice(operator.from, operator.to));
  const from = before ? operator.from : node.from;
  return others.map((other) => ({
    from,
    to: node.to,
    text: `${expression.slice(from, node.from)}${other}`,
  }));
}

function factors(number: number): number[] {
  return [1.25, 0.8].map((factor) => Number((number * factor).toPrecision(12)));
}

const comparisons: Readonly<Record<string, readonly string[] | undefined>> = {
  '>': ['>=', '<'],
  '<': ['<=', '>'],
  '>=': ['>', '<'],
  '<=': ['<', '>'],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  and: ['or', 'unless'],
  or: ['and'],
  unless: ['and'],
};

function operators(node: SyntaxNode, reading: Reading): Edit[] {
  const { expression } = reading;
  const [left, operator] = childrenOf(node);
  const right = node.lastChild;
  if (!left || !operator || !right) return [];
  const text = expression.slice(operator.from, operator.to);
  const { from, to } = operator;
  const isSet = /^(and|or|unless)$/.test(text);
  const to2 = right.name === 'NumberDurationLiteral' ? right.to : to;
  const swapped = (comparisons[text] ?? []).map((other) => ({
    from,
    to: to2,
    text: `${other}${expression.slice(to, to2)}`,
  }));
  if (!isSet) return isUnread(node, reading) && /^[-+*/]$/.test(text) ? [] : swapped;
  const kept = shown(expression.slice(right.from, right.to));
  return [
    ...swapped,
    { from: left.to, to: node.to, text: '', says: `without '${text} … ${kept}'` },
    ...(text === 'or'
      ? [{ from: node.from, to: right.from, text: '', says: `only '${kept}' of or` }]
      : []),
  ];
}

const otherAggregations: Readonly<Record<string, readonly string[] | undefined>> = {
  sum: ['max', 'avg'],
  max: ['min'],
  min: ['max'],
  count: ['sum'],
  avg: ['max', 'sum'],
  topk: ['bottomk'],
  bottomk: ['topk'],
};

function aggregations(node: SyntaxNode, reading: Reading): Edit[] {
  const { expression } = reading;
  const operator = node.firstChild;
  if (operator === null || isUnread(node, reading)) return [];
  const { from, to } = operator;
  const others = otherAggregations[expression.slice(from, to).toLowerCase()] ?? [];
  return others.map((text) => ({ from, to, text, says: says(node, expression, text) }));
}

function grouping(node: SyntaxNode, reading: Reading): Edit[] {
  const { expression } = reading;
  const modifier = node.getChild('AggregateModifier');
  const list = modifier?.getChild('GroupingLabels');
  if (modifier?.getChild('Without')) return [];
  const present = list ? labelsIn(list, expression) : [];
  const inner = argumentsOf(node).at(-1);
  const known = inner && labelsOfNode(inner, reading);
  const same = addedUpAgain(node, expression);
  const addable = ['job', 'instance'].filter(
    (label) =>
      !present.includes(label) &&
      (known?.has(label) ?? true) &&
      !same(label) &&
      !isOnlyMatched(node, label, expression),
  );
  const at = list ?? node.firstChild;
  if (!at) return [];
  const by = (labels: readonly string[]) => ({
    from: list ? at.from : at.to,
    to: at.to,
    text: list ? `(${labels.join(', ')})` : ` by (${labels.join(', ')}) `,
  });
  const changed = [...present.map((label) => present.filter((one) => one !== label))];
  const added = addable.map((label) => [...present, label]);
  return [...changed, ...added].map((labels) => ({
    ...by(labels),
    says: says(node, expression, `by (${labels.join(', ')})`),
  }));
}

/** Whether a label more changes nothing, because the same aggregation above drops it: a sum of sums is a sum. */
function addedUpAgain(node: SyntaxNode, expression: string): (label: string) => boolean {
  let above = node.parent;
  // Functions of labels alone, whose calls stand between the two.
  while (above && /^(ParenExpr|FunctionCall|FunctionCallBody)$/.test(above.name)) {
    const called = above.getChild('FunctionIdentifier');
    if (called && !/^label_/.test(expression.slice(called.from, called.to))) return () => false;
    above = above.parent;
  }
  const [operator, outer] = [node, above].map((one) => textOf(one?.firstChild, expression));
  const kept = above?.getChild('AggregateModifier')?.getChild('GroupingLabels');
  if (above?.name !== 'AggregateExpr' || operator !== outer || !kept) return () => false;
  return (label) => operator === 'sum' && !labelsIn(kept, expression).includes(label);
}

/** Whether an aggregation stands where only some of its labels are looked at, and this is none of them. */
function isOnlyMatched(node: SyntaxNode, label: string, expression: string): boolean {
  const above = node.parent;
  const isRight = above?.lastChild?.from === node.from && above.lastChild.to === node.to;
  if (!isRight || !(above.getChild('And') ?? above.getChild('Unless'))) return false;
  const on = above.getChild('MatchingModifierClause');
  const lists = on?.getChild('On') ? on.getChildren('GroupingLabels') : [];
  return lists.some((list) => !labelsIn(list, expression).includes(label));
}

function textOf(node: SyntaxNode | null | undefined, expression: string): string | undefined {
  return node ? expression.slice(node.from, node.to) : undefined;
}

const otherFunctions: Readonly<Record<string, string | undefined>> = {
  rate: 'increase',
  increase: 'rate',
  irate: 'rate',
  max_over_time: 'min_over_time',
  min_over_time: 'max_over_time',
  avg_over_time: 'max_over_time',
  sum_over_time: 'avg_over_time',
  count_over_time: 'sum_over_time',
  last_over_time: 'max_over_time',
  changes: 'resets',
  resets: 'changes',
  ceil: 'floor',
  floor: 'ceil',
  clamp_max: 'clamp_min',
  clamp_min: 'clamp_max',
};

function functions({ from, to, parent }: SyntaxNode, reading: Reading): Edit[] {
  const { expression } = reading;
  const text = otherFunctions[expression.slice(from, to)];
  if (text === undefined || (parent !== null && isUnread(parent, reading))) return [];
  return [{ from, to, text }];
}

function matchedLabels(node: SyntaxNode, { expression }: Reading): Edit[] {
  return node.getChildren('GroupingLabels').flatMap((list) => {
    const labels = labelsIn(list, expression);
    return labels.map((label) => {
      const rest = labels.filter((one) => one !== label).join(', ');
      return { from: list.from, to: list.to, text: `(${rest})` };
    });
  });
}

const negated: Readonly<Record<string, string | undefined>> = {
  '=': '!=',
  '!=': '=',
  '=~': '!~',
  '!~': '=~',
};

function matchers(node: SyntaxNode, { expression }: Reading): Edit[] {
  const [, operator, value] = childrenOf(node);
  if (!operator || !value) return [];
  const matcher = shown(expression.slice(node.from, node.to));
  const { from, to } = node;
  const comma = expression.slice(to).match(/^\s*,/)?.[0].length ?? 0;
  const other = negated[expression.slice(operator.from, operator.to)] ?? '=';
  const isOnly = node.parent?.parent?.getChild('Identifier') === null;
  const isKept = isOnly || isMatchedElsewhere(node, expression);
  return [
    ...(isKept ? [] : [{ from, to: to + comma, text: '', says: `without ${matcher}` }]),
    { from: operator.from, to: operator.to, text: other, says: `${other} in ${matcher}` },
    ...alternatives(value, expression).map((alternative) => ({
      ...alternative,
      says: `${alternative.says} in ${matcher}`,
    })),
  ];
}

/** A regular expression such as `a|b(c|d)?` without one of its outermost alternatives. */
function alternatives(value: SyntaxNode, expression: string): Edit[] {
  const text = expression.slice(value.from + 1, value.to - 1);
  const parts = text.split(/\|(?![^(]*\))/);
  if (parts.length < 2) return [];
  return parts.map((part, index) => ({
    from: value.from + 1,
    to: value.to - 1,
    text: parts.filter((_, other) => other !== index).join('|'),
    says: `without ${part}`,
  }));
}

function ranges(node: SyntaxNode, { expression }: Reading): Edit[] {
  const [range] = node.getChildren('DurationExpr');
  if (range === undefined) return [];
  return scaled(range, expression, [0.2, 3]);
}

function offsets(node: SyntaxNode, { expression }: Reading): Edit[] {
  const duration = node.getChild('OffsetDurationExpr');
  const offset = node.getChild('Offset');
  if (duration === null || offset === null) return [];
  const says = `without offset ${expression.slice(duration.from, duration.to)}`;
  return [
    { from: offset.from, to: duration.to, text: '', says },
    ...scaled(duration, expression, [3]),
  ];
}

const seconds: Readonly<Record<string, number | undefined>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

function scaled({ from, to }: SyntaxNode, expression: string, by: readonly number[]): Edit[] {
  const [, count = '', unit = ''] = /^(\d+)([smhdw])$/.exec(expression.slice(from, to)) ?? [];
  const total = Number(count) * (seconds[unit] ?? Number.NaN);
  if (Number.isNaN(total)) return [];
  return by.map((factor) => ({ from, to, text: `${Math.round(total * factor)}s` }));
}

/** Whether a value is asked for its labels only, so that changing it changes nothing. */
function isUnread(node: SyntaxNode, reading: Reading): boolean {
  const parent = node.parent;
  if (parent === null || parent.parent === null) return !reading.isValueRead;
  const isArithmetic = ['Or', 'Add', 'Sub', 'Mul', 'Div'].some((name) => parent.getChild(name));
  if (parent.getChild('Mul') && isZero(node, reading)) return true;
  if (parent.name === 'ParenExpr' || isArithmetic) return isUnread(parent, reading);
  const isRight = parent.lastChild?.from === node.from && parent.lastChild.to === node.to;
  if (parent.getChild('And') ?? parent.getChild('Unless')) {
    return isRight || isUnread(parent, reading);
  }
  if (parent.name !== 'FunctionCallBody') return false;
  const call = parent.parent;
  const caller = call?.firstChild?.firstChild?.name ?? '';
  if (call && /^(Vector|LabelReplace|LabelJoin)$/.test(caller)) return isUnread(call, reading);
  return /^(Absent|Count|Group)$/.test(caller);
}

/** Whether what stands on the other side of the operator is 0. */
function isZero({ from, parent }: SyntaxNode, { expression }: Reading): boolean {
  const other = parent?.firstChild?.from === from ? parent.lastChild : parent?.firstChild;
  return other !== null && other !== undefined && expression.slice(other.from, other.to) === '0';
}

function says(node: SyntaxNode, expression: string, change: string): string {
  return `${change} of '${shown(expression.slice(node.from, node.to))}'`;
}

function labelsIn(list: SyntaxNode, expression: string): string[] {
  return list.getChildren('LabelName').map(({ from, to }) => expression.slice(from, to));
}

const SHOWN_CHARS = 90;

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
}
