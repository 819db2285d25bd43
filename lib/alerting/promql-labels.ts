import { aggregationSignature } from './promql-functions.js';
import { childrenOf, groupedTree, type SyntaxNode } from './promql-tree.js';

/** The names of the labels that series can have; undefined when they can have any. */
export type LabelNames = ReadonlySet<string> | undefined;

/** What a metric's series are labelled with, as far as it is known. */
export type LabelsOfMetric = (metric: string) => LabelNames;

/** Which labels the result of an expression can have. */
export function labelsOfExpression(expression: string, labelsOfMetric: LabelsOfMetric): LabelNames {
  const root = groupedTree(expression).topNode.firstChild;
  return root === null ? new Set() : labelsOfNode(root, { expression, labelsOfMetric });
}

export interface LabelReading {
  readonly expression: string;
  readonly labelsOfMetric: LabelsOfMetric;
}

/** Which labels the value of a part of an expression can have. */
export function labelsOfNode(node: SyntaxNode, reading: LabelReading): LabelNames {
  const read = readers[node.name];
  if (read !== undefined) return read(node, reading);
  const inner = node.firstChild;
  return inner === null ? new Set() : labelsOfNode(inner, reading);
}

type Reader = (node: SyntaxNode, reading: LabelReading) => LabelNames;

const readers: Readonly<Record<string, Reader | undefined>> = {
  NumberDurationLiteral: () => new Set(),
  StringLiteral: () => new Set(),
  VectorSelector: selected,
  AggregateExpr: aggregated,
  FunctionCall: called,
  BinaryExpr: combined,
  UnaryExpr: (node, reading) =>
    node.lastChild ? labelsOfNode(node.lastChild, reading) : new Set(),
};

function selected(node: SyntaxNode, { expression, labelsOfMetric }: LabelReading): LabelNames {
  const name = node.getChild('Identifier');
  return name === null ? undefined : labelsOfMetric(textOf(name, expression));
}

function aggregated(node: SyntaxNode, reading: LabelReading): LabelNames {
  const operator = textOf(node.firstChild ?? node, reading.expression).toLowerCase();
  const values = argumentsOf(node);
  const inner = values.at(-1);
  const labels = inner === undefined ? new Set<string>() : labelsOfNode(inner, reading);
  if (aggregationSignature(operator) && /^(topk|bottomk)$/.test(operator)) return labels;
  const modifier = node.getChild('AggregateModifier');
  const listed = new Set(modifier ? labelList(modifier, reading.expression) : []);
  const kept = modifier?.getChild('Without') ? without(labels, listed) : onlyOf(listed, labels);
  if (operator !== 'count_values' || values[0] === undefined) return kept;
  return together(kept, new Set([unquoted(textOf(values[0], reading.expression))]));
}

const labelless = ['vector', 'scalar', 'time', 'pi'];

function called(node: SyntaxNode, reading: LabelReading): LabelNames {
  const name = textOf(node.firstChild ?? node, reading.expression);
  const values = argumentsOf(node);
  if (labelless.includes(name)) return new Set();
  if (name.startsWith('absent')) return matchedLabels(values[0], reading.expression);
  // Without an argument the calendar's functions read the time of the evaluation.
  const vector = values.find((value) => !/Literal$/.test(value.name));
  const labels = vector === undefined ? new Set<string>() : labelsOfNode(vector, reading);
  if (name === 'histogram_quantile') return without(labels, new Set(['le']));
  const [, added] = values;
  if (!/^label_(replace|join)$/.test(name) || added === undefined) return labels;
  return together(labels, new Set([unquoted(textOf(added, reading.expression))]));
}

/** What `absent` gives: the labels that its selector asks to be equal to something. */
function matchedLabels(node: SyntaxNode | undefined, expression: string): LabelNames {
  const matchers = node?.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return new Set(
    matchers
      .filter((matcher) => matcher.getChild('MatchOp')?.getChild('EqlSingle'))
      .flatMap((matcher) => matcher.getChild('LabelName') ?? [])
      .map((name) => textOf(name, expression)),
  );
}

function combined(node: SyntaxNode, reading: LabelReading): LabelNames {
  const children = childrenOf(node);
  const [left, operator] = children;
  const right = children.at(-1);
  if (!left || !operator || !right) return new Set();
  const [ours, theirs] = [labelsOfNode(left, reading), labelsOfNode(right, reading)];
  if (operator.name === 'Or') return together(ours, theirs);
  if (/^(And|Unless)$/.test(operator.name)) return ours;
  if (isNumber(right)) return ours;
  if (isNumber(left)) return theirs;
  const matching = node.getChild('MatchingModifierClause');
  return matching === null ? ours : matched({ matching, ours, theirs }, reading.expression);
}

interface Match {
  readonly matching: SyntaxNode;
  readonly ours: LabelNames;
  readonly theirs: LabelNames;
}

function matched({ matching, ours, theirs }: Match, expression: string): LabelNames {
  const [list, included] = matching.getChildren('GroupingLabels');
  const added = new Set(included ? labelNames(included, expression) : []);
  if (matching.getChild('GroupLeft')) return together(ours, added);
  if (matching.getChild('GroupRight')) return together(theirs, added);
  const listed = new Set(list ? labelNames(list, expression) : []);
  return matching.getChild('On') ? onlyOf(listed, ours) : without(ours, listed);
}

/** Whether a part of an expression is a number wherever it is evaluated. */
export function isNumber(node: SyntaxNode): boolean {
  if (node.name === 'ParenExpr' || node.name === 'UnaryExpr') {
    return node.lastChild !== null && isNumber(node.lastChild);
  }
  if (node.name === 'BinaryExpr') {
    return [node.firstChild, node.lastChild].every((side) => side !== null && isNumber(side));
  }
  const called = node.name === 'FunctionCall' ? node.firstChild?.firstChild?.name : undefined;
  return node.name === 'NumberDurationLiteral' || /^(Scalar|Time|Pi)$/.test(called ?? '');
}

/** What a call or an aggregation is given. */
export function argumentsOf(node: SyntaxNode): SyntaxNode[] {
  const body = node.getChild('FunctionCallBody');
  return body === null ? [] : childrenOf(body).filter(({ name }) => !/^[(),]$/.test(name));
}

function labelList(modifier: SyntaxNode, expression: string): string[] {
  const list = modifier.getChild('GroupingLabels');
  return list === null ? [] : labelNames(list, expression);
}

function labelNames(list: SyntaxNode, expression: string): string[] {
  return list.getChildren('LabelName').map((name) => textOf(name, expression));
}

function together(one: LabelNames, other: LabelNames): LabelNames {
  return one && other && new Set([...one, ...other]);
}

function without(labels: LabelNames, dropped: ReadonlySet<string>): LabelNames {
  return labels && new Set([...labels].filter((label) => !dropped.has(label)));
}

function onlyOf(listed: ReadonlySet<string>, labels: LabelNames): LabelNames {
  return new Set([...listed].filter((label) => labels?.has(label) ?? true));
}

function textOf({ from, to }: SyntaxNode, expression: string): string {
  return expression.slice(from, to);
}

function unquoted(text: string): string {
  return text.slice(1, -1);
}
