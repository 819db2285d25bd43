import {
  aggregationSignature,
  functionSignature,
  type Signature,
  type ValueType,
} from './promql-functions.js';
import { childrenOf, type SyntaxNode, type Tree } from './promql-tree.js';

/** What is wrong with the types of an expression whose syntax is right, or with its value as that of a rule. */
export function typeProblem(tree: Tree, expression: string): string | undefined {
  const [root] = childrenOf(tree.topNode);
  if (root === undefined) return undefined;
  const reading: Reading = { expression, problems: [] };
  const { type } = value(reading, root);
  if (type === 'matrix' || type === 'string') {
    reading.problems.push(`is ${words[type]}; a rule takes ${words.vector} or ${words.scalar}`);
  }
  return reading.problems[0];
}

interface Reading {
  readonly expression: string;
  readonly problems: string[];
}

interface Value {
  readonly type: ValueType;
  readonly from: number;
  readonly to: number;
  /** What offset, @ and [5m] may follow. */
  readonly kind?: 'selector' | 'range' | 'subquery';
  /** The names of the modifiers that it has. */
  readonly has?: readonly string[];
}

const words: Readonly<Record<ValueType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a text',
};

const modifiers = ['MatrixSelector', 'SubqueryExpr', 'OffsetExpr', 'StepInvariantExpr'];

/**
 * The grammar is an editor's: it reads `a + b[5m]` as `(a + b)[5m]`. What follows an expression is therefore
 * handed down to its last operand, where Prometheus has it.
 */
function value(reading: Reading, node: SyntaxNode, following: readonly SyntaxNode[] = []): Value {
  const first = node.firstChild;
  if (modifiers.includes(node.name) && first) return value(reading, first, [node, ...following]);
  if (node.name === 'BinaryExpr') return binary(reading, node, following);
  if (node.name === 'UnaryExpr') return unary(reading, node, following);
  return following.reduce((sofar, one) => modified(reading, sofar, one), plain(reading, node));
}

function plain(reading: Reading, node: SyntaxNode): Value {
  const place = { from: node.from, to: node.to };
  const inner = node.getChild('Expr') ?? node.firstChild;
  if (node.name === 'NumberDurationLiteral') return { ...place, type: 'scalar' };
  if (node.name === 'StringLiteral') return { ...place, type: 'string' };
  if (node.name === 'VectorSelector') return { ...place, type: 'vector', kind: 'selector' };
  if (node.name === 'ParenExpr' && inner) {
    return { ...place, type: value(reading, inner).type };
  }
  return { ...place, type: called(reading, node) };
}

function modified(reading: Reading, sofar: Value, node: SyntaxNode): Value {
  const { from, type, kind, has = [] } = sofar;
  const next = { from, to: node.to };
  const got = excerpt(reading, sofar);
  if (node.name === 'MatrixSelector') {
    if (kind !== 'selector' || has.length > 0) say(reading, `[…] takes a selector, got ${got}`);
    return { ...next, type: 'matrix', kind: 'range' };
  }
  if (node.name === 'SubqueryExpr') {
    expects(reading, '[…:…]', 'vector', sofar);
    return { ...next, type: 'matrix', kind: 'subquery' };
  }
  const name = node.name === 'OffsetExpr' ? 'offset' : '@';
  if (kind === undefined) say(reading, `${name} takes a selector or a subquery, got ${got}`);
  if (has.includes(name)) say(reading, `${name} is there twice in ${excerpt(reading, next)}`);
  return { ...next, type, has: [...has, name], ...(kind === undefined ? {} : { kind }) };
}

function unary(reading: Reading, node: SyntaxNode, following: readonly SyntaxNode[]): Value {
  const operand = node.lastChild;
  if (operand === null) return { from: node.from, to: node.to, type: 'scalar' };
  const inner = value(reading, operand, following);
  calculates(reading, text(reading, node.firstChild ?? node), inner);
  return { from: node.from, to: inner.to, type: inner.type };
}

function binary(reading: Reading, node: SyntaxNode, following: readonly SyntaxNode[]): Value {
  const [left, operator, ...rest] = childrenOf(node);
  const right = rest.at(-1);
  if (!left || !operator || !right) return { from: node.from, to: node.to, type: 'scalar' };
  const sides = [value(reading, left), value(reading, right, following)] as const;
  const name = text(reading, operator);
  for (const side of sides) calculates(reading, name, side);
  const types = sides.map(({ type }) => type);
  const areNumbers = types.every((type) => type === 'scalar');
  const isComparison = /^[=!<>]/.test(name);
  const hasBool = node.getChild('BoolModifier') !== null;
  if (hasBool && !isComparison) say(reading, `bool is for comparisons, got '${name}'`);
  if (areNumbers && isComparison && !hasBool) {
    say(reading, `'${name}' between two numbers must be '${name} bool'`);
  }
  const matching = node.getChild('MatchingModifierClause');
  matches(reading, { name, types, matching });
  const place = { from: node.from, to: Math.max(node.to, sides[1].to) };
  return { ...place, type: areNumbers ? 'scalar' : 'vector' };
}

interface Matching {
  readonly name: string;
  readonly types: readonly ValueType[];
  readonly matching: SyntaxNode | null;
}

function matches(reading: Reading, { name, types, matching }: Matching): void {
  const isSet = /^(and|or|unless)$/i.test(name);
  const areVectors = types.every((type) => type === 'vector');
  if (isSet && !areVectors) say(reading, `'${name}' takes ${words.vector} on each side`);
  if (matching === null) return;
  const lists = matching
    .getChildren('GroupingLabels')
    .map((list) => list.getChildren('LabelName').map((label) => text(reading, label)));
  const [matched = [], included = []] = lists;
  const clause = excerpt(reading, matching);
  if (!areVectors && matched.length > 0) {
    say(reading, `${clause} takes ${words.vector} on each side of '${name}'`);
  }
  const isGrouped = matching.getChild('GroupLeft') ?? matching.getChild('GroupRight');
  if (isSet && isGrouped) say(reading, `'${name}' takes no group_left and no group_right`);
  const twice = matching.getChild('On') && included.find((label) => matched.includes(label));
  if (twice) say(reading, `${clause} names '${twice}' twice`);
}

/** The type of a call of a function or an aggregation. */
function called(reading: Reading, node: SyntaxNode): ValueType {
  const name = node.firstChild ? text(reading, node.firstChild) : '';
  const found =
    node.name === 'AggregateExpr' ? aggregationSignature(name) : functionSignature(name);
  const given = node.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
  const values = given.map((one) => value(reading, one));
  if (found === undefined) say(reading, `'${name}' is not a function of Prometheus 2.42`);
  else takes(reading, { name, found, values });
  return found?.result ?? 'vector';
}

interface Call {
  readonly name: string;
  readonly found: Signature;
  readonly values: readonly Value[];
}

function takes(reading: Reading, { name, found, values }: Call): void {
  const { parameters, required, repeats } = found;
  const most = repeats ? Number.POSITIVE_INFINITY : parameters.length;
  if (values.length < required || values.length > most) {
    const count =
      required === most ? `${required}` : `${required}${repeats ? ' or more' : ` or ${most}`}`;
    say(reading, `${name} takes ${count} argument(s), got ${values.length}`);
  }
  for (const [index, one] of values.entries()) {
    const wanted = parameters[Math.min(index, parameters.length - 1)];
    if (wanted !== undefined) expects(reading, name, wanted, one);
  }
}

function expects(reading: Reading, name: string, wanted: ValueType, got: Value): void {
  if (got.type === wanted) return;
  say(reading, `${name} takes ${words[wanted]}, got ${words[got.type]}: ${excerpt(reading, got)}`);
}

function calculates(reading: Reading, operator: string, side: Value): void {
  if (side.type === 'scalar' || side.type === 'vector') return;
  const got = `${words[side.type]}: ${excerpt(reading, side)}`;
  say(reading, `'${operator}' takes ${words.vector} or ${words.scalar}, got ${got}`);
}

function say({ problems }: Reading, problem: string): void {
  problems.push(problem);
}

interface Place {
  readonly from: number;
  readonly to: number;
}

function text({ expression }: Reading, { from, to }: Place): string {
  return expression.slice(from, to);
}

const EXCERPT_CHARS = 60;

function excerpt(reading: Reading, place: Place): string {
  const whole = text(reading, place).replace(/\s+/g, ' ');
  return `'${whole.length > EXCERPT_CHARS ? `${whole.slice(0, EXCERPT_CHARS)}…` : whole}'`;
}
