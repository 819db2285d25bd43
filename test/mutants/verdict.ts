import type { Equivalent } from './equivalents.js';
import type { Mutant } from './rule-mutants.js';

export interface Outcome {
  readonly mutants: readonly Mutant[];
  readonly survivors: readonly Mutant[];
  /** Those that are known to survive. */
  readonly equivalents: readonly Equivalent[];
  /** Whether these are the mutants of every rule file: in a small one a single survivor weighs too much. */
  readonly isWhole: boolean;
}

const MIN_SCORE = 0.95;

/** A line per rule file: how many mutants there are, were killed and survived. */
export function summary({ mutants, survivors }: Outcome): string[] {
  const paths = [...new Set(mutants.map(({ path }) => path))].sort();
  const width = Math.max(...paths.map(({ length }) => length), 'rule file'.length);
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(width) : cell.padStart(9))).join(' ');
  const row = (name: string, isIn: (mutant: Mutant) => boolean) => {
    const [all, alive] = [mutants.filter(isIn).length, survivors.filter(isIn).length];
    return line([name, `${all}`, `${all - alive}`, `${alive}`, percent(score(all, alive))]);
  };
  return [
    line(['rule file', 'mutants', 'killed', 'survived', 'score']),
    ...paths.map((path) => row(path, (mutant) => mutant.path === path)),
    ...(paths.length > 1 ? [row('together', () => true)] : []),
  ];
}

/** Why a run fails; nothing when it passes. */
export function failures({ mutants, survivors, equivalents, isWhole }: Outcome): string[] {
  const listed = new Set(equivalents.map(keyOf));
  const alive = new Set(survivors.map(keyOf));
  const made = new Set(mutants.map(keyOf));
  const paths = new Set(mutants.map(({ path }) => path));
  const total = score(mutants.length, survivors.length);
  return [
    ...survivors
      .filter((one) => !listed.has(keyOf(one)))
      .map((one) => `${placeOf(one)}: no test notices '${one.change}'`),
    ...equivalents
      .filter((one) => paths.has(one.path) && !alive.has(keyOf(one)))
      .map(
        (one) =>
          `test/mutants/equivalents.ts: ${placeOf(one)}: '${one.change}' ${
            made.has(keyOf(one)) ? 'is killed' : 'is not made'
          }; take it off the list`,
      ),
    ...(!isWhole || total >= MIN_SCORE
      ? []
      : [`score must be at least ${percent(MIN_SCORE)}, got ${percent(total)}`]),
  ];
}

function placeOf({ path, rule }: Pick<Mutant, 'path' | 'rule'>): string {
  return `${path}: ${rule}`;
}

function keyOf({ path, rule, change }: Pick<Mutant, 'path' | 'rule' | 'change'>): string {
  return JSON.stringify([path, rule, change]);
}

function score(all: number, alive: number): number {
  return all === 0 ? 1 : (all - alive) / all;
}

function percent(ratio: number): string {
  // Down, so that 94.96 does not read as 95.
  return `${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`;
}
