import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

let folder: string;

const lock = (version: string) =>
  JSON.stringify({
    packages: {
      '': { version: '1.0.0' },
      'node_modules/zod': { version },
      'node_modules/only-elsewhere': { version: '1.0.0', optional: true },
    },
  });

/** Runs a copy of the script in a repository of its own, with an npm that only prints its arguments. */
function install(files: Readonly<Record<string, string>>, exitCode = 0) {
  mkdirSync(join(folder, 'local'));
  const script = join(folder, 'local/install.mjs');
  copyFileSync(resolve(__dirname, '../../local/install.mjs'), script);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const npm = `#!/bin/sh\necho "npm $*" >&2\nexit ${exitCode}\n`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  return { status, stdout, stderr };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const ci = 'npm ci --ignore-scripts --no-audit --no-fund\n';

describe('install.mjs', () => {
  test('installs into a fresh clone, and says so', () => {
    const { status, stdout, stderr } = install({ 'package-lock.json': lock('4.0.0') });

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^installing npm packages, because node_modules is missing\nnpm packages installed in [\d.]+ s\n$/,
    );
    expect(stderr).toBe(ci);
  });

  test('installs again when the lock file has moved on', () => {
    const { stdout, stderr } = install({
      'package-lock.json': lock('4.1.0'),
      'node_modules/.package-lock.json': lock('4.0.0'),
    });

    expect(stdout).toMatch(/because node_modules\/zod is not at 4\.1\.0/);
    expect(stderr).toBe(ci);
  });

  test('does nothing, and says nothing, when all is there', () => {
    const installed = JSON.stringify({ packages: { 'node_modules/zod': { version: '4.0.0' } } });

    const result = install({
      'package-lock.json': lock('4.0.0'),
      'node_modules/.package-lock.json': installed,
    });

    expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('fails when npm fails', () => {
    const { status, stderr } = install({ 'package-lock.json': lock('4.0.0') }, 7);

    expect(status).toBe(1);
    expect(stderr).toContain('npm ci failed; its message is above');
  });

  test('refuses an old Node before it does anything', () => {
    const old =
      '--import=data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.18.1"}})';

    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [old, resolve(__dirname, '../../local/install.mjs')],
      { encoding: 'utf8' },
    );

    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'Node must be 20.19 or newer, got 20.18.1\n',
    });
  });
});
