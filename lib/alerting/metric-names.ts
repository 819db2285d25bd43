import { parseDocument } from 'yaml';
import { catalogue, exporters, nodejs } from '../metrics/index.js';
import { nearest } from '../nearest.js';
import { promqlTree } from './promql-tree.js';
import type { RuleFile } from './rule-files.js';

/**
 * The metrics that rules read and nobody can have. A backend may expose what it likes, so a plain name is
 * wrong only if it is nearly one that is known; a name with a colon comes from a rule, so there must be one.
 */
export function metricNameProblems(
  files: readonly RuleFile[],
  ownMetrics: readonly string[] = [],
): string[] {
  const rules = files.flatMap(rulesIn);
  const recorded = rules.flatMap(({ record }) => record ?? []);
  const known = new Set([...metricNames, ...recorded, ...ownMetrics]);
  return rules.flatMap(({ place, expr }) =>
    [...metricsIn(expr)].flatMap((metric) => {
      const problem = metricProblem(metric, known);
      return problem === undefined ? [] : [`${place}: expr reads ${metric}, ${problem}`];
    }),
  );
}

const wayOut = 'if it comes from elsewhere, list it under ownMetrics of the environment';

function metricProblem(metric: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(metric)) return undefined;
  if (metric.includes(':')) {
    const recorded = nearest(metric, known);
    const advice = recorded === undefined ? '' : ` (did you mean ${recorded}?)`;
    return `which no rule records${advice}; ${wayOut}`;
  }
  const mostTypos = Math.min(MAX_TYPOS, Math.floor(metric.length / LETTERS_PER_TYPO));
  const meant = nearest(metric, known, mostTypos);
  return meant !== undefined && !isSibling(metric, meant)
    ? `which nobody exposes; did you mean ${meant}? ${wayOut}`
    : undefined;
}

// Short names differ in little.
const MAX_TYPOS = 2;
const LETTERS_PER_TYPO = 8;

/** Two of a family, such as node_load1 and node_load5, differ in a number. */
function isSibling(metric: string, meant: string): boolean {
  return metric.replace(/\d+/g, '') === meant.replace(/\d+/g, '');
}

/** Every series that a known metric has. */
export const metricNames: ReadonlySet<string> = new Set(
  [...Object.values(catalogue), ...Object.values(exporters), nodejs]
    .flat()
    .flatMap(({ name, type }) => {
      if (type !== 'histogram' && type !== 'summary') return [name];
      return ['', '_bucket', '_count', '_sum'].map((ending) => `${name}${ending}`);
    })
    .concat('ALERTS_FOR_STATE'),
);

interface ReadRule {
  readonly place: string;
  readonly record: string | undefined;
  readonly expr: string;
}

function rulesIn({ path, text }: RuleFile): ReadRule[] {
  const document = parseDocument(text);
  // Reported as no YAML, and nothing can be said about it.
  if (document.errors.length > 0) return [];
  const content: unknown = document.toJS();
  return listIn(content, 'groups')
    .flatMap((group) => listIn(group, 'rules').map((rule) => ({ group, rule })))
    .map(({ group, rule }) => {
      const { alert, record, expr } = fieldsOf(rule);
      const name = record === undefined ? `alert ${alert}` : `record ${record}`;
      const place = `${path}: group ${fieldsOf(group).name}: ${name}`;
      return { place, record: textOf(record), expr: textOf(expr) ?? '' };
    });
}

/** The names of metrics in an expression, each once. */
export function metricsIn(expression: string): ReadonlySet<string> {
  const names = new Set<string>();
  promqlTree(expression).iterate({
    enter({ name, node }) {
      const identifier = name === 'VectorSelector' ? node.getChild('Identifier') : null;
      if (identifier) names.add(expression.slice(identifier.from, identifier.to));
    },
  });
  return names;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listIn(value: unknown, field: string): readonly unknown[] {
  const list = fieldsOf(value)[field];
  return Array.isArray(list) ? list : [];
}
