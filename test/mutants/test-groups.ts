import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { durationSeconds } from '../../lib/alerting/prometheus-duration.js';
import { nameOf, type Rule } from './rule-file.js';
import { selectedNames } from './selected-names.js';

/** One group of a promtool test file, which can be run on its own. */
export interface TestGroup {
  /** Where to read it. */
  readonly title: string;
  /** The rule files that it loads, from the root of the repository. */
  readonly ruleFiles: readonly string[];
  /** What it expects something of: `alert X` or the name of a metric; `alert *` is every alert. */
  readonly reads: ReadonlySet<string>;
  /** What it expects to be there. */
  readonly expects: ReadonlySet<string>;
  /** How many times rules are evaluated. */
  readonly evaluations: number;
  /** Everything but `rule_files`. */
  readonly text: string;
}

interface TestFile {
  readonly evaluation_interval?: string;
  readonly rule_files: readonly string[];
  readonly tests: readonly RawGroup[];
}

interface RawGroup {
  readonly name?: string;
  readonly alert_rule_test?: readonly AlertExpectation[];
  readonly promql_expr_test?: readonly SampleExpectation[];
}

interface AlertExpectation {
  readonly alertname: string;
  readonly eval_time: string;
  readonly exp_alerts?: readonly unknown[];
}

interface SampleExpectation {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples?: readonly unknown[];
}

/** The groups of a test file, each with what it loads and what it looks at. */
export function testGroups(root: string, path: string): TestGroup[] {
  const { rule_files, tests, ...settings } = parse(
    readFileSync(join(root, path), 'utf8'),
  ) as TestFile;
  const ruleFiles = rule_files.map((file) =>
    relative(root, resolve(root, dirname(path), file)).replaceAll('\\', '/'),
  );
  return tests.map((one, index) => ({
    title: `${path}: ${one.name ?? `test ${index + 1}`}`,
    ruleFiles,
    ...expectations(one, durationSeconds(settings.evaluation_interval ?? '1m') ?? 60),
    text: stringify({ ...settings, tests: [one] }, { aliasDuplicateObjects: false }),
  }));
}

function expectations(one: RawGroup, intervalSeconds: number) {
  const all = [
    ...(one.alert_rule_test ?? []).map(({ alertname, eval_time, exp_alerts = [] }) => ({
      eval_time,
      names: [`alert ${alertname}`],
      isThere: exp_alerts.length > 0,
    })),
    ...(one.promql_expr_test ?? []).map(({ expr, eval_time, exp_samples = [] }) => ({
      eval_time,
      names: selectedNames(expr),
      isThere: exp_samples.length > 0,
    })),
  ];
  const ends = all.map(({ eval_time }) => durationSeconds(eval_time) ?? 0);
  return {
    reads: new Set(all.flatMap(({ names }) => names)),
    expects: new Set(all.filter(({ isThere }) => isThere).flatMap(({ names }) => names)),
    evaluations: Math.max(0, ...ends) / intervalSeconds,
  };
}

/** The rule's name and those of all rules that depend on it. */
export function dependants(name: string, rules: readonly Rule[]): ReadonlySet<string> {
  const found = new Set([name]);
  // A set hands out what is added while it is gone through.
  for (const one of found) {
    for (const rule of rules) {
      if (reads(readNames(rule), one)) found.add(nameOf(rule));
    }
  }
  return found;
}

/** The rules that a group's expectations depend on; the rest would only take time. */
export function neededRules(
  { reads: names }: TestGroup,
  rules: readonly Rule[],
): ReadonlySet<string> {
  const needed = new Set<string>();
  const read = new Set(names);
  for (const name of read) {
    const found = rules.filter((rule) => reads([name], nameOf(rule)));
    for (const rule of found) needed.add(nameOf(rule));
    for (const other of found.flatMap(readNames)) read.add(other);
  }
  return needed;
}

/** Whether a group would notice if one of these changed. */
export function looksAt({ reads: names }: TestGroup, changed: ReadonlySet<string>): boolean {
  return [...changed].some((one) => reads([...names], one));
}

/** What a rule's expression reads, and every word of its templates, which may ask for metrics too. */
function readNames({ expr, annotations = {} }: Rule): string[] {
  const actions = Object.values(annotations).flatMap((text) => text.match(/\{\{.*?\}\}/gs) ?? []);
  return [...selectedNames(expr), ...actions.flatMap((action) => action.match(/[\w:]+/g) ?? [])];
}

function reads(names: readonly string[], name: string): boolean {
  return names.includes(name) || (name.startsWith('alert ') && names.includes('alert *'));
}
