import * as grammar from '@prometheus-io/lezer-promql';
import { promqlTree } from '../../../lib/alerting/promql-tree';

const values = ['1', 'up', 'up[5m]', '"a"'];

/** Calls of every function that the grammar knows, with every list of up to three arguments and some longer ones. */
export function functionCalls(): string[] {
  const three = lists(3);
  const long = [4, 5, 6].flatMap((length) =>
    values.map((first) => [first, ...Array<string>(length - 1).fill('"a"')]),
  );
  return functionNames().flatMap((name) =>
    [...three, ...long].map((list) => `${name}(${list.join(', ')})`),
  );
}

/** The terms of the grammar in the spelling of PromQL, as far as they can be called. */
function functionNames(): string[] {
  return Object.keys(grammar)
    .map((term) => term.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase())
    .filter((name) => isCall(`${name}(up)`));
}

function isCall(expression: string): boolean {
  const { firstChild } = promqlTree(expression).topNode;
  return ['FunctionCall', 'AggregateExpr'].includes(firstChild?.name ?? '');
}

/** Every list of up to so many values. */
function lists(length: number): string[][] {
  if (length === 0) return [[]];
  const shorter = lists(length - 1);
  const longest = shorter.filter((list) => list.length === length - 1);
  return [...shorter, ...longest.flatMap((list) => values.map((value) => [...list, value]))];
}
