import { parser } from '@prometheus-io/lezer-promql';

export type Tree = ReturnType<typeof parser.parse>;

export type SyntaxNode = Tree['topNode'];

/** An expression as a tree, which has error nodes where it stops being PromQL. */
export function promqlTree(expression: string): Tree {
  return parser.parse(expression);
}

/** The parts of a node without the comments, which may stand anywhere. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}
