import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Engine, engine } from '../../local/engines';
import { output } from '../../local/process';

/** The oldest release that rules must pass, and the one that runs locally. */
export const promtools = ['promtool-2.42', 'promtool'] as const satisfies readonly Engine[];

export type Promtool = (typeof promtools)[number];

type Labels = Readonly<Record<string, string>>;

export interface RuleCase {
  /** The texts of the rule files, in the order in which they are evaluated; each holds one group. */
  readonly rules: readonly string[];
  /** One sample every 30 s in promtool's notation: `1x4 0x10 stale`. */
  readonly series: Readonly<Record<string, string>>;
  /** Which alerts fire when, each with every label it has. */
  readonly firing: Readonly<Record<string, readonly Labels[]>>;
}

/** Runs promtool with these arguments; its error says what was expected and what came instead. */
export async function promtool(version: Promtool, args: readonly string[]): Promise<string> {
  return output(await engine(version), args);
}

/** Fails unless exactly these alerts fire. */
export async function firesExactly(version: Promtool, { rules, series, firing }: RuleCase) {
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-promtool-'));
  try {
    const files = rules.map((_, index) => `rules-${index}.yaml`);
    await Promise.all(
      rules.map((text, index) => writeFile(join(folder, `rules-${index}.yaml`), text)),
    );
    const tests = {
      rule_files: files,
      evaluation_interval: '30s',
      // Left out, promtool takes groups in another order in every run.
      group_eval_order: rules.map((text) => parse(text).groups[0].name),
      tests: [ruleTest(series, firing)],
    };
    await writeFile(join(folder, 'case.yaml'), stringify(tests));
    await promtool(version, ['test', 'rules', join(folder, 'case.yaml')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function ruleTest(series: RuleCase['series'], firing: RuleCase['firing']) {
  return {
    interval: '30s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: Object.entries(firing).map(([eval_time, alerts]) => ({
      expr: 'ALERTS{alertstate="firing"}',
      eval_time,
      exp_samples: alerts.map((labels) => ({
        labels: `ALERTS${selector({ ...labels, alertstate: 'firing' })}`,
        value: 1,
      })),
    })),
  };
}

function selector(labels: Labels): string {
  const matchers = Object.entries(labels).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  return `{${matchers.join(',')}}`;
}
