import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../bin/environments';
import './support/match-file';
import { readableTemplate, synthesizedTemplates, templatesIn } from './support/templates';

const templates = synthesizedTemplates();
const stacks = Object.entries(templates);

describe('templates', () => {
  test.each(stacks)('%s is what was reviewed', (name, template) => {
    expect(readableTemplate(template)).toMatchFile(join(__dirname, 'snapshots', `${name}.yaml`));
  });

  test('are the same from the CLI as from a test', () => {
    const output = mkdtempSync(join(tmpdir(), 'spheroseg-synth-'));

    const { status, stderr } = spawnSync(
      process.execPath,
      [require.resolve('aws-cdk/bin/cdk'), 'synth', '--quiet', '--output', output, '**'],
      { encoding: 'utf8', env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' } },
    );
    const fromCli = status === 0 ? templatesIn(output, Object.keys(environments)) : stderr;
    rmSync(output, { recursive: true });

    expect(readable(fromCli)).toEqual(readable(templates));
  }, 120_000);
});

function readable(all: ReturnType<typeof templatesIn> | string) {
  return typeof all === 'string'
    ? all
    : Object.fromEntries(Object.entries(all).map(([name, one]) => [name, readableTemplate(one)]));
}
