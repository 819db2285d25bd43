import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

function run(script: string, ...args: string[]) {
  const tsx = require.resolve('tsx/cli');
  const { status, stderr } = spawnSync(process.execPath, [tsx, join('bin', script), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe.each(['deploy.ts', 'diff.ts'])('%s', (script) => {
  test('names the environments when it is given another', () => {
    const { status, stderr } = run(script, 'staging');

    expect(status).toBe(2);
    expect(stderr).toContain("no environment 'staging', use one of dev, prod");
  });
});

describe('diff.ts', () => {
  test('says how to make the folder that it cannot read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spheroseg-empty-'));

    const { status, stderr } = run('diff.ts', 'dev', '--stored', folder);
    rmSync(folder, { recursive: true });

    expect(status).toBe(2);
    expect(stderr).toContain("must be a folder that 'npm run synth -- --output <folder>' wrote");
  });
});
