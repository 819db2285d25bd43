import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scripts } from '../../package.json';

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'spheroseg-cli-'));

afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' },
  });
  return { status, printed: stdout + stderr };
}

describe('npm run synth', () => {
  test('fails on a finding inside a stage, and says which', () => {
    const [, ...args] = scripts.synth.replaceAll("'", '').split(' ');
    const app = 'npx tsx test/support/app-with-finding.ts';

    const { status, printed } = run(
      require.resolve('aws-cdk/bin/cdk'),
      ...[...args, '--app', app, '--output', join(folder, 'finding')],
    );

    expect(status).toBe(1);
    expect(printed).toContain('AwsSolutions-SQS4');
  }, 60_000);
});

describe('npm run diff', () => {
  test('compares every stack of an environment with what was stored', () => {
    const stored = join(folder, 'stored');
    const cdk = require.resolve('aws-cdk/bin/cdk');
    run(cdk, 'synth', '--quiet', '--output', stored, 'dev/*');

    const { status, printed } = run(
      require.resolve('tsx/cli'),
      'bin/diff.ts',
      'dev',
      '--stored',
      stored,
    );

    expect(printed.match(/^Stack dev\/.*|There were no differences/gm)).toEqual([
      'Stack dev/alerting (dev-alerting)',
      'There were no differences',
      'Stack dev/notifications (dev-notifications)',
      'There were no differences',
    ]);
    expect(status).toBe(0);
  }, 120_000);
});
