import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Slo } from './objectives.js';
import { generatedHeader, sloRules } from './slo-rules.js';

/** What a folder of rule files must hold so that it says the same as the objectives. */
export interface SloFileChange {
  readonly path: string;
  /** Nothing when the objective is gone, and its file must go too. */
  readonly text?: string;
}

/** Every generated file that is missing, stale, or left over; an error if a person's file is in the way. */
export function sloFileChanges(slos: readonly Slo[], folder: string): SloFileChange[] {
  const wanted = slos.map((slo) => ({
    path: join(folder, `slo-${slo.name}.yaml`),
    text: sloRules(slo),
  }));
  const inTheWay = wanted.filter(({ path }) => existsSync(path) && !isGenerated(path));
  if (inTheWay.length > 0) {
    const problems = inTheWay.map(
      ({ path }) => `${path}: was written by hand; rename it, or the objective`,
    );
    throw new Error(problems.join('\n'));
  }
  const stale = wanted.filter(
    ({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
  );
  const left = readdirSync(folder)
    .filter((file) => /^slo-.*\.yaml$/.test(file))
    .map((file) => join(folder, file))
    .filter((path) => isGenerated(path) && wanted.every((file) => file.path !== path))
    .map((path) => ({ path }));
  return [...stale, ...left];
}

export function applyChange({ path, text }: SloFileChange): void {
  if (text === undefined) rmSync(path);
  else writeFileSync(path, text);
}

const isGenerated = (path: string) => readFileSync(path, 'utf8').startsWith(generatedHeader);
