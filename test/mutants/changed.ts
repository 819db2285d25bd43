import { output } from '../../local/process.js';
import type { TestGroup } from './test-groups.js';

export interface Comparison {
  readonly root: string;
  readonly groups: readonly TestGroup[];
  /** A revision of git. @default - where the branch left `origin/main`, or the commit before this one */
  readonly base?: string;
}

/** The rule files that differ from a revision, or whose tests do; undefined when there is nothing to compare with. */
export async function changedRuleFiles({
  root,
  groups,
  base,
}: Comparison): Promise<ReadonlySet<string> | undefined> {
  const git = (...args: readonly string[]) => output('git', args, { cwd: root });
  const revision = base ?? (await defaultBase(git));
  if (revision === undefined) return undefined;
  const folders = ['rules', 'test/rules', 'test/fixtures/rules'];
  const lists = await Promise.all([
    git('diff', '--name-only', '--relative', revision, '--', ...folders),
    git('ls-files', '--others', '--exclude-standard', '--', ...folders),
  ]);
  const changed = new Set(lists.flatMap((list) => list.split('\n')));
  const tested = groups
    .filter(({ title }) => changed.has(title.slice(0, title.indexOf(': '))))
    .flatMap(({ ruleFiles }) => ruleFiles);
  return new Set([...changed, ...tested]);
}

type Git = (...args: readonly string[]) => Promise<string>;

async function defaultBase(git: Git): Promise<string | undefined> {
  const revision = (...args: readonly string[]) =>
    git(...args).then(
      (printed) => printed.trim(),
      () => undefined,
    );
  const [head, left, before] = await Promise.all([
    revision('rev-parse', '--verify', '--quiet', 'HEAD'),
    revision('merge-base', 'HEAD', 'origin/main'),
    revision('rev-parse', '--verify', '--quiet', 'HEAD~'),
  ]);
  // On main itself everything has been compared but the last commit.
  return left === undefined || left === head ? before : left;
}
