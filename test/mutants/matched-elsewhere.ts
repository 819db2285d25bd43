import { childrenOf, type SyntaxNode } from '../../lib/alerting/promql-tree.js';

/**
 * Whether a label matcher of a selector is one that the other side of an operator has too. Both sides are
 * matched by all their labels then, so that either matcher can go without a difference.
 */
export function isMatchedElsewhere(matcher: SyntaxNode, expression: string): boolean {
  const text = expression.slice(matcher.from, matcher.to);
  let node = matcher;
  for (let above = matcher.parent; above; node = above, above = above.parent) {
    if (!keepsLabels(above, expression)) return false;
    if (above.name !== 'BinaryExpr') continue;
    const { operator, left, right } = partsOf(above, expression);
    const isRight = right.from === node.from;
    const other = isRight ? left : right;
    const decides = operator !== 'or' && (operator !== 'unless' || isRight);
    if (decides && hasMatcher(other, text, expression)) return true;
    if (isRight && /^(and|unless)$/.test(operator)) return false;
  }
  return false;
}

/** Whether every series of an expression has what a matcher asks for. */
function hasMatcher(node: SyntaxNode, text: string, expression: string): boolean {
  if (node.name === 'UnquotedLabelMatcher') return expression.slice(node.from, node.to) === text;
  if (!keepsLabels(node, expression)) return false;
  const has = (one: SyntaxNode) => hasMatcher(one, text, expression);
  if (node.name !== 'BinaryExpr') return childrenOf(node).some(has);
  const { operator, left, right } = partsOf(node, expression);
  if (operator === 'or') return has(left) && has(right);
  return has(left) || (operator !== 'unless' && has(right));
}

const keeping =
  /^(LabelMatchers|VectorSelector|MatrixSelector|ParenExpr|OffsetExpr|FunctionCallBody)$/;

function keepsLabels(node: SyntaxNode, expression: string): boolean {
  if (node.name === 'BinaryExpr') return node.getChild('MatchingModifierClause') === null;
  if (node.name !== 'FunctionCall') return keeping.test(node.name);
  return /^\w+_over_time\b/.test(expression.slice(node.from, node.to));
}

function partsOf(node: SyntaxNode, expression: string) {
  const [left = node, operator = node] = childrenOf(node);
  const right = node.lastChild ?? node;
  return { left, right, operator: expression.slice(operator.from, operator.to) };
}
