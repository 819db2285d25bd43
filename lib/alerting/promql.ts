import { literalProblem } from './promql-literals.js';
import { promqlTree, type Tree } from './promql-tree.js';
import { typeProblem } from './promql-types.js';

/** Why Prometheus 2.42 and its successors would refuse an expression, or a rule its value: the first reason. */
export function promqlProblem(expression: string): string | undefined {
  const tree = promqlTree(expression);
  return (
    syntaxProblem(tree, expression) ??
    literalProblem(tree, expression) ??
    typeProblem(tree, expression)
  );
}

function syntaxProblem(tree: Tree, expression: string): string | undefined {
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) return stopsAt(expression, cursor.from);
  } while (cursor.next());
  return undefined;
}

function stopsAt(expression: string, offset: number): string {
  const before = expression.slice(0, offset).split('\n');
  const rest = expression.slice(offset).trim().split('\n')[0];
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  return `stops being PromQL at ${place}: ${rest ? `'${rest}'` : 'its end'}`;
}
