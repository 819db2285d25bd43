import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleFileProblems } from './rule-file-check.js';

/** A file of rules, which becomes one namespace of the workspace. */
export interface RuleFile {
  /** The name of its namespace. */
  readonly name: string;
  /** The place to edit. */
  readonly path: string;
  readonly text: string;
}

/** Every rule file of a folder, if all are right; otherwise an error that lists every problem of every one. */
export function ruleFiles(folder: string): RuleFile[] {
  const entries = readdirSync(folder).sort();
  const files = entries
    .filter((entry) => entry.endsWith('.yaml'))
    .map((entry) => ({
      name: entry.slice(0, -'.yaml'.length),
      path: join(folder, entry),
      text: readFileSync(join(folder, entry), 'utf8'),
    }));
  const problems = [
    ...(files.length > 0 ? [] : [`${folder}: no file ends in .yaml`]),
    ...entries
      .filter((entry) => entry.endsWith('.yml'))
      .map((entry) => `${join(folder, entry)}: must end in .yaml, or nobody deploys it`),
    ...ruleFileProblems(files),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return files;
}
