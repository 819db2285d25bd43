import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ruleFileProblems } from './rule-file-check.js';

/** A file of rules, which becomes one namespace of the workspace. */
export interface RuleFile {
  /** The name of its namespace. */
  readonly name: string;
  /** The place to edit. */
  readonly path: string;
  readonly text: string;
  /** It need only be what AMP takes and the routes understand. @default false */
  readonly isUsers?: boolean;
}

/** What a folder of rule files holds, and why some of it cannot be deployed. */
export interface FoundRuleFiles {
  readonly files: readonly RuleFile[];
  readonly problems: readonly string[];
}

/** Every rule file of a folder, if all are right; otherwise an error that lists every problem of every one. */
export function ruleFiles(folder: string): readonly RuleFile[] {
  const { files, problems } = foundRuleFiles(folder);
  const all = [...problems, ...ruleFileProblems(files)];
  if (all.length > 0) throw new Error(all.join('\n'));
  return files;
}

/** The rule files of a folder and of the folders in it, without a look at their rules. */
export function foundRuleFiles(folder: string): FoundRuleFiles {
  const entries = visible(folder);
  const found = entries.map((entry) =>
    isFolder(join(folder, entry)) ? inFolder(folder, entry) : atTop(folder, entry),
  );
  const files = found.flatMap((one) => one.files);
  return {
    files,
    problems: [
      ...(files.length > 0 ? [] : [`${folder}: no file ends in .yaml`]),
      ...found.flatMap((one) => one.problems),
    ],
  };
}

const NOTHING: FoundRuleFiles = { files: [], problems: [] };

function atTop(folder: string, entry: string): FoundRuleFiles {
  return oneFile(join(folder, entry), stem(entry), join(folder, '../docs/runbooks'));
}

function inFolder(folder: string, team: string): FoundRuleFiles {
  const path = join(folder, team);
  const found = visible(path).map((entry) =>
    isFolder(join(path, entry))
      ? problem(join(path, entry), `is a folder in a folder; move its files to ${path}`)
      : oneFile(join(path, entry), `${team}-${stem(entry)}`, join(folder, '../docs/runbooks')),
  );
  const files = found.flatMap((one) => one.files);
  const problems = found.flatMap((one) => one.problems);
  if (files.length === 0 && problems.length === 0) return problem(path, 'no file ends in .yaml');
  return { files, problems };
}

/** Others than `*.yaml` may lie there: a README, an editor's backup `http.yaml~`. */
function oneFile(path: string, name: string, runbooks: string): FoundRuleFiles {
  const entry = basename(path);
  if (/\.test\.ya?ml$/i.test(entry)) {
    return problem(path, 'is a test; move it to test/rules, or AMP gets it as rules');
  }
  if (/\.ya?ml$/i.test(entry) && !entry.endsWith('.yaml')) {
    return problem(path, 'must end in .yaml, or nobody deploys it');
  }
  if (!entry.endsWith('.yaml')) return NOTHING;
  if (name === 'inventory')
    return problem(path, 'must be called otherwise: a file of this name is generated');
  if (!existsSync(path)) return problem(path, 'is a link that leads nowhere');
  const bytes = readFileSync(path);
  // AMP would get another text than the one that was tested.
  if (!isUtf8(bytes)) return problem(path, 'must be UTF-8');
  const text = bytes.toString('utf8');
  if (text.startsWith('\uFEFF')) return problem(path, 'must not begin with a byte order mark');
  // Every file that comes with this project has a runbook, and one that is held to its conventions may.
  const isUsers = !existsSync(join(runbooks, `${name}.md`));
  return { files: [{ name, path, text, ...(isUsers && { isUsers }) }], problems: [] };
}

/** Without what an editor or a system hides, such as `.#http.yaml`. */
function visible(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => !entry.startsWith('.'))
    .sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function stem(entry: string): string {
  return entry.replace(/\.yaml$/, '');
}

function problem(path: string, says: string): FoundRuleFiles {
  return { files: [], problems: [`${path}: ${says}`] };
}
