import type { MetricFacts } from './metric-facts.js';
import type { LabelsOfMetric } from './promql-labels.js';
import type { SyntaxNode, Tree } from './promql-tree.js';

/** A rule as conventions look at it. */
export interface LintedRule {
  /** Where to edit it, as `rules/http.yaml: group http: alert X`. */
  readonly place: string;
  readonly path: string;
  /** Its number in the file. */
  readonly position: number;
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly tree: Tree;
  readonly for?: string;
  readonly keepFiringFor?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Everything that a rule may be held against. */
export interface LintContext {
  readonly rules: readonly LintedRule[];
  readonly metrics: ReadonlyMap<string, MetricFacts>;
  readonly labelsOfMetric: LabelsOfMetric;
}

/** Something that experience says of rules, which an engine would not. */
export interface Convention {
  readonly id: string;
  /** Whether a rule that breaks it does not do what it says; what is left are the manners of this house. */
  readonly isError: boolean;
  /** What is wrong with a rule and the way out, without the place. */
  readonly check: (rule: LintedRule, context: LintContext) => readonly string[];
}

/** All parts of an expression of these kinds. */
export function partsOf({ tree }: LintedRule, ...names: readonly string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const cursor = tree.cursor();
  do if (names.includes(cursor.name)) found.push(cursor.node);
  while (cursor.next());
  return found;
}

export function textOf({ expr }: LintedRule, { from, to }: SyntaxNode): string {
  return expr.slice(from, to).replace(/\s+/g, ' ');
}

/** What a call or an aggregation is a call of. */
export function callee(rule: LintedRule, node: SyntaxNode | null | undefined): string {
  return node?.firstChild ? textOf(rule, node.firstChild).toLowerCase() : '';
}

/** The innermost call or aggregation around a part, if there is one. */
export function callAround(node: SyntaxNode): SyntaxNode | undefined {
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (outer.name === 'FunctionCall' || outer.name === 'AggregateExpr') return outer;
  }
  return undefined;
}

/** The part itself, without parentheses around it. */
export function bare(node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? (node.getChild('Expr') ?? node.firstChild) : null;
  return inner === null ? node : bare(inner);
}

/** The name of the metric that a selector selects. */
export function selectedMetric(rule: LintedRule, selector: SyntaxNode): string | undefined {
  const name = selector.getChild('Identifier');
  return name === null ? undefined : textOf(rule, name);
}
