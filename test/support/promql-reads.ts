import type { LabelReading, LabelsOfMetric } from '../../lib/alerting/promql-labels';
import { labelsOfNode } from '../../lib/alerting/promql-labels';
import { childrenOf, promqlTree, type SyntaxNode } from '../../lib/alerting/promql-tree';

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A selector of an expression. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export function selectors(expression: string): Selector[] {
  return nodes(expression, 'VectorSelector').map((node) => ({
    metric: textOf(node.getChild('Identifier'), expression),
    matchers: (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
      (matcher) => ({
        label: textOf(matcher.getChild('LabelName'), expression),
        operator: textOf(matcher.getChild('MatchOp'), expression),
        value: JSON.parse(textOf(matcher.getChild('StringLiteral'), expression)),
      }),
    ),
  }));
}

/** Labels that a clause of an expression asks for, and that what it is about does not have. */
export function strangeLabels(expression: string, labelsOfMetric: LabelsOfMetric): string[] {
  const reading = { expression, labelsOfMetric };
  return [
    ...selectors(expression).flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => labelsOfMetric(metric)?.has(label) === false)
        .map(({ label }) => `${metric} has no ${label}`),
    ),
    ...nodes(expression, 'AggregateExpr').flatMap((node) => strangeGroups(node, reading)),
    ...nodes(expression, 'BinaryExpr').flatMap((node) => strangeMatching(node, reading)),
  ];
}

function strangeGroups(node: SyntaxNode, reading: LabelReading): string[] {
  const modifier = node.getChild('AggregateModifier');
  const value = childrenOf(node.getChild('FunctionCallBody') ?? node)
    .filter(({ name }) => !/^[(),]$/.test(name))
    .at(-1);
  if (!modifier?.getChild('By') || !value) return [];
  return missing(modifier, [value], reading);
}

function strangeMatching(node: SyntaxNode, reading: LabelReading): string[] {
  const clause = node.getChild('MatchingModifierClause');
  const [left, right] = [node.firstChild, node.lastChild];
  if (!clause?.getChild('On') || !left || !right) return [];
  return missing(clause, [left, right], reading);
}

/** The labels of a clause that a side of it can never have. */
function missing(clause: SyntaxNode, sides: SyntaxNode[], reading: LabelReading): string[] {
  const names = clause.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
  return sides.flatMap((side) => {
    const has = labelsOfNode(side, reading);
    return names
      .map((name) => textOf(name, reading.expression))
      .filter((label) => has?.has(label) === false)
      .map((label) => `${textOf(side, reading.expression)} has no ${label}`);
  });
}

export interface Threshold {
  readonly metric: string;
  readonly limit: number;
}

/** The numbers that selectors of an expression are compared with. */
export function thresholds(expression: string): Threshold[] {
  return nodes(expression, 'BinaryExpr').flatMap((node) => {
    const operator = childrenOf(node)[1]?.name ?? '';
    const limit = Number(textOf(node.lastChild, expression));
    const metric = textOf(node.firstChild?.getChild('Identifier') ?? null, expression);
    const compares = /^(Gtr|Gte|Lss|Lte|Eql|Neq)/.test(operator);
    return compares && metric && Number.isFinite(limit) ? [{ metric, limit }] : [];
  });
}

export function nodes(expression: string, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const cursor = promqlTree(expression).cursor();
  do {
    if (cursor.name === name) found.push(cursor.node);
  } while (cursor.next());
  return found;
}

function textOf(node: SyntaxNode | null, expression: string): string {
  return node === null ? '' : expression.slice(node.from, node.to);
}
