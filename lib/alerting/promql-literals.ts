import { unknownEscape } from './go-text.js';
import { durationSeconds } from './prometheus-duration.js';
import type { SyntaxNode, Tree } from './promql-tree.js';
import { emptyMatch, regexProblem } from './regex.js';

type Check = (node: SyntaxNode, text: string) => string | undefined;

/** What is wrong with a number, a duration, a text, a name or a selector of an expression whose syntax is right. */
export function literalProblem(tree: Tree, expression: string): string | undefined {
  const cursor = tree.cursor();
  const textOf = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  do {
    const problem = checks[cursor.name]?.(cursor.node, textOf(cursor));
    if (problem !== undefined) return problem;
    if (cursor.name === 'VectorSelector') {
      const selector = selectorProblem(cursor.node, textOf);
      if (selector !== undefined) return selector;
    }
  } while (cursor.next());
  return undefined;
}

// What the grammar knows and Prometheus 2.42 does not, and AMP may not.
const later: Check = (_, text) => `'${text}' is not in Prometheus 2.42`;

const checks: Readonly<Record<string, Check | undefined>> = {
  QuotedLabelName: later,
  QuotedLabelMatcher: later,
  FillModifier: later,
  TrimUpper: later,
  TrimLower: later,
  Smoothed: later,
  Anchored: later,
  DurationExpr: arithmeticProblem,
  OffsetDurationExpr: arithmeticProblem,
  NumberDurationLiteral: (_, text) =>
    isNumber(text) ? undefined : `'${text}' is not a number of Prometheus 2.42`,
  NumberDurationLiteralInDurationContext: durationProblem,
  StringLiteral: (_, text) => escapeProblem(text),
};

function arithmeticProblem(node: SyntaxNode, text: string): string | undefined {
  const isPlain = /^(-\s*)?[\da-z.]+$/i.test(text);
  return isPlain ? undefined : later(node, text);
}

function durationProblem(node: SyntaxNode, text: string): string | undefined {
  const seconds = /^\d+$/.test(text) ? undefined : durationSeconds(text);
  if (seconds === undefined) return `'${text}' is not a duration such as 5m`;
  const isRange = node.parent?.name === 'DurationExpr';
  return isRange && seconds === 0 ? `'${text}' must be more than nothing` : undefined;
}

function isNumber(text: string): boolean {
  if (/^[+-]?(inf|nan|0x[\da-f]+)$/i.test(text)) return true;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}

function escapeProblem(text: string): string | undefined {
  const unknown = unknownEscape(text);
  return unknown && `'${unknown}' is no escape of PromQL in ${text}; write '\\${unknown}'`;
}

function selectorProblem(
  selector: SyntaxNode,
  textOf: (node: SyntaxNode) => string,
): string | undefined {
  const matchers = (
    selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  ).map((matcher) => readMatcher(matcher, textOf));
  const regexes = matchers.filter(({ operator }) => operator.endsWith('~'));
  const [wrong] = regexes.flatMap(({ value }) => regexProblem(value) ?? []);
  if (wrong !== undefined) return wrong;
  const names = selector.getChild('LabelMatchers')?.getChild('QuotedLabelName');
  const isNamed = Boolean(selector.getChild('Identifier') ?? names);
  if (isNamed && matchers.some(({ label }) => label === '__name__')) {
    return `'${textOf(selector)}' names its metric twice`;
  }
  return isNamed || matchers.some((matcher) => !matchesNothing(matcher))
    ? undefined
    : `'${textOf(selector)}' selects every series; name a metric`;
}

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

function readMatcher(matcher: SyntaxNode, textOf: (node: SyntaxNode) => string): Matcher {
  const child = (name: string) => {
    const node = matcher.getChild(name);
    return node === null ? '' : textOf(node);
  };
  const quoted = child('StringLiteral');
  const inside = quoted.slice(1, -1);
  return {
    label: child('LabelName'),
    operator: child('MatchOp'),
    value: quoted.startsWith('`') ? inside : inside.replace(/\\([\\'"])/g, '$1'),
  };
}

function matchesNothing({ operator, value }: Matcher): boolean {
  const isMatch = operator.endsWith('~') ? emptyMatch(value) : value === '';
  return operator.startsWith('!') ? !isMatch : isMatch;
}
