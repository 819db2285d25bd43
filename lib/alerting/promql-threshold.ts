import { childrenOf, groupedTree, type SyntaxNode } from './promql-tree.js';

/** The one number with which an alert compares. */
export interface Threshold {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** With the number on its right. */
  readonly operator: '>' | '>=' | '<' | '<=';
  /** The series that is compared, where it is a plain one. */
  readonly series?: string;
}

/**
 * The number with which the value of an alert is compared: at the top of its expression, or of what stands
 * left of `and` or `unless`. Otherwise why there is none, as the end of a sentence.
 */
export function thresholdOf(expression: string): Threshold | string {
  const [root] = childrenOf(groupedTree(expression).topNode);
  const found = root ? comparisonIn(root) : 'is empty';
  if (typeof found === 'string') return found;
  const [left, right] = found.sides.map(withoutParentheses);
  const numbers = [left, right].filter((side) => side?.name === 'NumberDurationLiteral');
  const number = numbers[0];
  const compared = number === left ? right : left;
  if (!number || !compared || numbers.length > 1) return 'compares with no plain number';
  if (isComparison(compared)) return 'compares with more than one number';
  const text = (node: SyntaxNode) => expression.slice(node.from, node.to);
  return {
    from: number.from,
    to: number.to,
    value: numberOf(text(number)),
    operator: (number === left ? mirrored : orders)[found.order],
    ...(compared.name === 'VectorSelector' && { series: text(compared) }),
  };
}

const orders = { Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=' } as const;

const mirrored = { Gtr: '<', Gte: '<=', Lss: '>', Lte: '>=' } as const;

type OrderName = keyof typeof orders;

const isOrder = (name: string): name is OrderName => name in orders;

interface Comparison {
  readonly sides: readonly SyntaxNode[];
  readonly order: OrderName;
}

function comparisonIn(node: SyntaxNode): Comparison | string {
  const inner = withoutParentheses(node);
  const parts = childrenOf(inner);
  const operator = parts[1]?.name ?? '';
  const [left] = parts;
  const right = parts.at(-1);
  if (inner.name !== 'BinaryExpr' || !left || !right) return 'compares with no plain number';
  if (operator === 'And' || operator === 'Unless') return comparisonIn(left);
  if (operator === 'Or') return "has one on each side of 'or'";
  if (operator === 'Eql' || operator === 'Neq') return 'asks for one value, which is no threshold';
  if (inner.getChild('BoolModifier')) return "compares with 'bool', which always fires";
  return isOrder(operator)
    ? { sides: [left, right], order: operator }
    : 'compares with no plain number';
}

function isComparison(node: SyntaxNode): boolean {
  return (
    node.name === 'BinaryExpr' && Object.keys(orders).some((name) => node.getChild(name) !== null)
  );
}

function withoutParentheses(node: SyntaxNode): SyntaxNode {
  const [inner] = node.name === 'ParenExpr' ? childrenOf(node) : [];
  return inner ? withoutParentheses(inner) : node;
}

function numberOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.replace(/^[+-]\s*/, '');
  return sign * (/^inf$/i.test(rest) ? Number.POSITIVE_INFINITY : Number(rest));
}
