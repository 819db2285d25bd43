import { promqlTree, type SyntaxNode } from '../../lib/alerting/promql-tree.js';

/** What an expression reads: the names of its metrics, and `alert X` for ALERTS of one alert. */
export function selectedNames(expression: string): string[] {
  const names: string[] = [];
  promqlTree(expression).iterate({
    enter: ({ name, node }) => {
      if (name === 'VectorSelector') names.push(selectedName(node, expression));
    },
  });
  return names;
}

function selectedName(selector: SyntaxNode, expression: string): string {
  const name = selector.getChild('Identifier');
  const metric = name === null ? '' : expression.slice(name.from, name.to);
  if (!/^ALERTS/.test(metric)) return metric;
  const matchers = expression.slice(selector.from, selector.to);
  return `alert ${/alertname="([^"]*)"/.exec(matchers)?.[1] ?? '*'}`;
}
