import { parser } from '@prometheus-io/lezer-promql';

export type Tree = ReturnType<typeof parser.parse>;

export type SyntaxNode = Tree['topNode'];

/** An expression as a tree, which has error nodes where it stops being PromQL. */
export function promqlTree(expression: string): Tree {
  return parser.parse(expression);
}

/**
 * An expression as Prometheus groups it. The grammar is an editor's, which reads `a > b offset 5m` as
 * `(a > b) offset 5m`; without these modifiers everything stands where it did.
 */
export function groupedTree(expression: string): Tree {
  const tree = promqlTree(expression);
  const characters = expression.split('');
  tree.iterate({
    enter({ node, to }) {
      const operand = modified(node);
      if (operand?.name === 'BinaryExpr') characters.fill(' ', operand.to, to);
    },
  });
  const text = characters.join('');
  return text === expression ? tree : promqlTree(text);
}

/** What an offset or @ is written behind, whatever other of them stand in between. */
function modified(node: SyntaxNode): SyntaxNode | undefined {
  const [operand] = /^(Offset|StepInvariant)Expr$/.test(node.name) ? childrenOf(node) : [];
  return operand && (modified(operand) ?? operand);
}

/** The parts of a node without the comments, which may stand anywhere. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}
