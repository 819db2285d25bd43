import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

describe('npm run slo', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spheroseg-slo-cli-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function run(objectives: string) {
    const file = join(folder, 'objectives.yaml');
    writeFileSync(file, objectives);
    const args = ['--import', 'tsx', 'bin/slo.ts', '--objectives', file, '--rules', folder];
    return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  }

  test('writes the rule file of each objective, and says which', () => {
    const { status, stdout } = run('[{ name: a, service: api, sli: availability, objective: 99 }]');

    expect(status).toBe(0);
    expect(stdout).toBe(`wrote ${join(folder, 'slo-a.yaml')}\n`);
    expect(readdirSync(folder)).toContain('slo-a.yaml');
  }, 60_000);

  test('says what is wrong without a stack, writes nothing and fails', () => {
    const { status, stdout, stderr } = run(
      '[{ name: a, service: api, sli: availability, objective: 100 }]',
    );

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `${join(folder, 'objectives.yaml')}: a.objective must be a percentage from 95 to 99.99, got 100\n`,
    );
    expect(readdirSync(folder)).toEqual(['objectives.yaml']);
  }, 60_000);
});
