import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { until } from './support/heard.js';

const tsx = pathToFileURL(require.resolve('tsx')).href;
const root = join(__dirname, '../..');

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'run-'));
  mkdirSync(join(base, 'bin'));
  mkdirSync(join(base, 'tmp'));
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

const command = (args: readonly string[]) => ['--import', tsx, join(__dirname, 'run.ts'), ...args];

/** On a machine with an empty cache and what is in `bin`. */
const machine = () => ({
  cwd: root,
  env: {
    PATH: join(base, 'bin'),
    HOME: base,
    // Its folder would look like something left behind.
    TSX_DISABLE_CACHE: '1',
    TMPDIR: join(base, 'tmp'),
    XDG_CACHE_HOME: join(base, 'cache'),
  },
});

/** A program that runs there. */
const program = (name: string, script: string) =>
  writeFileSync(join(base, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

function run(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, command(args), {
    ...machine(),
    encoding: 'utf8',
    // Without its options it would run this file, and so on.
    timeout: 30_000,
  });
  const files = stdout.split('\n').filter((line) => line.startsWith(root));
  return { status, stdout, files: files.map((file) => basename(file)) };
}

describe('npm run test:engines', () => {
  test('says what it leaves out without Go and Python, and lists the rest', () => {
    const { status, stdout, files } = run('--listTests');

    expect(stdout).toMatch(/left out: .*emulated\/, .*cortex\.test\.ts\n +Go is missing: install/);
    expect(stdout).toMatch(/left out: .*emulated\/\n +Python 3\.10 or newer with venv is missing/);
    expect(stdout).not.toContain('building');
    expect(files).toContain('promtool.test.ts');
    expect(files).not.toContain('cortex.test.ts');
    expect(files).not.toContain('deploy.test.ts');
    expect(status).toBe(0);
  });

  test.each([
    ['a file that can be tested', ['cortex-binary', '--listTests'], ['cortex-binary.test.ts']],
    ['it behind its options', ['--listTests', 'cortex-binary'], ['cortex-binary.test.ts']],
    ['nothing that is left out', ['emulated/deploy'], []],
  ])('selects %s', (_, args, expected) => {
    const { status, files } = run(...args);

    expect(files).toEqual(expected);
    expect(status).toBe(0);
  });

  test('fails without them when they are required', () => {
    const { status, stdout, files } = run('--required', '--listTests');

    expect(stdout).toContain('left out');
    expect(files).toEqual([]);
    expect(status).toBe(1);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends what it started on %s, and leaves nothing behind', async (signal, code) => {
    // A build that takes its time, with a process of its own.
    const pid = join(base, 'pid');
    const build = `sleep 60 & echo $! > ${pid}; wait`;
    program('go', `[ "$1" = version ] && echo go1.26.0 && exit; ${build}`);
    for (const name of ['sleep', 'ps']) symlinkSync(`/bin/${name}`, join(base, 'bin', name));
    const child = spawn(process.execPath, command([]), machine());
    const [ended, printed] = [once(child, 'exit'), text(child.stdout)];
    await until(() => existsSync(pid), Boolean);

    child.kill(signal);

    expect(await ended).toEqual([code, null]);
    expect(await printed).not.toContain('left out');
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
    expect(readdirSync(join(base, 'tmp'))).toEqual([]);
    expect(readdirSync(join(base, 'cache/spheroseg-monitoring/1'))).toEqual([]);
  });
});
