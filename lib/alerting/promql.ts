import { parser } from '@prometheus-io/lezer-promql';

/** Where an expression stops being PromQL, or undefined when its syntax is right; types and labels are promtool's part. */
export function promqlProblem(expression: string): string | undefined {
  const cursor = parser.parse(expression).cursor();
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
