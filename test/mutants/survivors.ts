import { availableParallelism } from 'node:os';
import { type Case, passing } from './promtool-batch.js';
import { nameOf, type RuleFile, rulesOf } from './rule-file.js';
import type { Mutant } from './rule-mutants.js';
import { dependants, looksAt, neededRules, type TestGroup } from './test-groups.js';

export interface Hunt {
  readonly promtool: string;
  readonly ruleFiles: readonly RuleFile[];
  readonly groups: readonly TestGroup[];
  readonly mutants: readonly Mutant[];
  readonly report: (line: string) => void;
}

// Enough for the start of promtool to be nothing beside them, few enough for all cores to end together.
const EVALUATIONS_PER_RUN = 1_500;

// One at a time while the most telling group is still to come, then many, because most will pass.
const CASES_PER_ROUND = [1, 1, 2, 4, 8];

interface Hunted {
  readonly mutant: Mutant;
  readonly candidates: readonly TestGroup[];
  readonly tried: Set<TestGroup>;
  killed: boolean;
}

/** The mutants that every test group passes which reads them, directly or through other rules. */
export async function survivors(hunt: Hunt): Promise<Mutant[]> {
  const candidates = candidatesByRule(hunt);
  const hunted = hunt.mutants.map(
    (mutant): Hunted => ({
      mutant,
      candidates: candidates(mutant),
      tried: new Set(),
      killed: false,
    }),
  );
  const kills = new Map<string, number>();
  for (let round = 0; ; round++) {
    const trials = hunted
      .filter(({ killed }) => !killed)
      .flatMap((one) => nextTrials(one, kills, round));
    if (trials.length === 0) break;
    const began = Date.now();
    await runTrials(hunt, trials, kills);
    const alive = hunted.filter(({ killed }) => !killed).length;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    hunt.report(`round ${round + 1}: ${trials.length} test groups in ${seconds} s, ${alive} alive`);
  }
  return hunted.filter(({ killed }) => !killed).map(({ mutant }) => mutant);
}

/** Test groups that do not pass as they are, which would kill every mutant. */
export async function failing(hunt: Hunt): Promise<TestGroup[]> {
  const candidates = candidatesByRule(hunt);
  const groups = [...new Set(hunt.mutants.flatMap(candidates))];
  const results = await inParallel(
    chunks(groups, (group) => group).map((some) => async () => {
      const cases = some.map((group) => caseOf(hunt, group));
      const passed = await passing({ promtool: hunt.promtool, cases });
      return some.filter((_, index) => !passed[index]);
    }),
  );
  return results.flat();
}

interface Trial {
  readonly one: Hunted;
  readonly group: TestGroup;
}

function nextTrials(one: Hunted, kills: ReadonlyMap<string, number>, round: number): Trial[] {
  const count = CASES_PER_ROUND[round] ?? CASES_PER_ROUND.at(-1);
  // What killed others of this rule, what shows the rule at work and not silent, what is cheap.
  const promise = (group: TestGroup) => {
    const killed = kills.get(killKey(one.mutant, group)) ?? 0;
    return (0.1 + killed + (group.expects.has(one.mutant.name) ? 0.5 : 0)) / costOf(group);
  };
  return one.candidates
    .filter((group) => !one.tried.has(group))
    .sort((a, b) => promise(b) - promise(a))
    .slice(0, count)
    .map((group) => ({ one, group }));
}

async function runTrials(
  hunt: Hunt,
  trials: readonly Trial[],
  kills: Map<string, number>,
): Promise<void> {
  await inParallel(
    chunks(trials, ({ group }) => group).map((some) => async () => {
      const cases = some.map(({ one, group }) => caseOf(hunt, group, one.mutant));
      const passed = await passing({ promtool: hunt.promtool, cases });
      for (const [index, { one, group }] of some.entries()) {
        one.tried.add(group);
        if (passed[index]) continue;
        one.killed = true;
        const key = killKey(one.mutant, group);
        kills.set(key, (kills.get(key) ?? 0) + 1);
      }
    }),
  );
}

/** What killed other mutants of a rule will likely kill the next. */
function killKey({ path, rule }: Mutant, { title }: TestGroup): string {
  return JSON.stringify([path, rule, title]);
}

function candidatesByRule({ ruleFiles, groups }: Hunt): (mutant: Mutant) => TestGroup[] {
  const known = new Map<string, TestGroup[]>();
  return ({ path, name }) => {
    const key = JSON.stringify([path, name]);
    const found = known.get(key) ?? groups.filter((group) => notices({ path, name }, group));
    known.set(key, found);
    return [...found];
  };

  function notices({ path, name }: Pick<Mutant, 'path' | 'name'>, group: TestGroup): boolean {
    if (!group.ruleFiles.includes(path)) return false;
    const loaded = ruleFiles.filter((file) => group.ruleFiles.includes(file.path));
    return looksAt(group, dependants(name, loaded.flatMap(rulesOf)));
  }
}

/** A group with the rules that it needs, one of them perhaps mutated. */
function caseOf({ ruleFiles }: Hunt, group: TestGroup, mutant?: Mutant): Case {
  const loaded = group.ruleFiles.flatMap(
    (path) => ruleFiles.find((file) => file.path === path) ?? [],
  );
  const needed = neededRules(group, loaded.flatMap(rulesOf));
  const trimmed = loaded.map((file) => ({
    path: file.path,
    groups: (file.path === mutant?.path ? mutant : file).groups.map(({ rules, ...group }) => ({
      ...group,
      rules: rules.filter((rule) => needed.has(nameOf(rule))),
    })),
  }));
  return { group, ruleFiles: trimmed };
}

/** All results, with as many at work at a time as there are cores. */
async function inParallel<Result>(tasks: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const queue = tasks.entries();
  const work = async () => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

/** Parts of a list that take about as long as each other. */
function chunks<Item>(items: readonly Item[], groupOf: (item: Item) => TestGroup): Item[][] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    if (room <= 0) {
      parts.push([]);
      room = EVALUATIONS_PER_RUN;
    }
    parts.at(-1)?.push(item);
    room -= costOf(groupOf(item));
  }
  return parts;
}

// What a group costs before its first evaluation, in evaluations.
const SET_UP = 40;

function costOf({ evaluations }: TestGroup): number {
  return evaluations + SET_UP;
}
