import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { output } from '../../local/process';
import { changedRuleFiles } from './changed';

const groups = [
  {
    title: 'test/rules/b.test.yaml: one',
    ruleFiles: ['rules/b.yaml', 'rules/shared.yaml'],
    reads: new Set<string>(),
    expects: new Set<string>(),
    evaluations: 1,
    text: '',
  },
];

describe('changedRuleFiles', () => {
  let root: string;
  const git = (...args: readonly string[]) =>
    output('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const commit = async () => {
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'x');
  };
  const changed = async (base?: string) => {
    const found = await changedRuleFiles({ root, groups, ...(base ? { base } : {}) });
    return found && [...found].filter((path) => path.startsWith('rules/')).sort();
  };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'spheroseg-changed-'));
    await git('init', '--quiet', '--initial-branch', 'main');
    for (const name of ['a', 'b', 'c']) write(`rules/${name}.yaml`, name);
    write('test/rules/b.test.yaml', 'b');
    await commit();
  });

  afterEach(() => rmSync(root, { recursive: true }));

  test('are all when there is no history to compare with', async () => {
    expect(await changed()).toBeUndefined();
  });

  test('are those of the last commit, of the working tree, and new ones', async () => {
    write('rules/a.yaml', 'other');
    await commit();
    write('rules/c.yaml', 'other');
    write('rules/new.yaml', 'new');

    expect(await changed()).toEqual(['rules/a.yaml', 'rules/c.yaml', 'rules/new.yaml']);
  });

  test('include those whose tests changed', async () => {
    write('test/rules/b.test.yaml', 'other');

    expect(await changed('HEAD')).toEqual(['rules/b.yaml', 'rules/shared.yaml']);
  });

  test('are those of the last commit on main itself', async () => {
    write('rules/a.yaml', 'other');
    await commit();
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');

    expect(await changed()).toEqual(['rules/a.yaml']);
  });

  test('are those of a branch since it left origin/main', async () => {
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    write('rules/a.yaml', 'other');
    await commit();
    write('rules/b.yaml', 'other');
    await commit();

    expect(await changed()).toEqual(['rules/a.yaml', 'rules/b.yaml']);
  });
});
