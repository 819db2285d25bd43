import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { stackFiles } from './assembly.js';
import { cdk, declaredEnvironment } from './cdk.js';

// Synthesis and an offline diff need no credentials; without this the CLI waits for EC2's.
const offline = { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' };

new Command('npm run diff --')
  .argument('<environment>', 'a name of bin/environments.ts')
  .option('--stored <folder>', 'compare with a folder that cdk synth wrote, not with the account')
  .action((environment: string, options: { stored?: string }) => {
    const name = declaredEnvironment(environment);
    process.exitCode =
      options.stored === undefined ? cdk(['diff', `${name}/*`]) : storedDiff(name, options.stored);
  })
  .parse();

function storedDiff(environment: string, stored: string): number {
  if (!existsSync(join(stored, 'manifest.json'))) {
    console.error(`${stored} must be a folder that 'npm run synth -- --output <folder>' wrote`);
    return 2;
  }
  const output = mkdtempSync(join(tmpdir(), 'spheroseg-diff-'));
  try {
    const synthesized = cdk(['synth', '--quiet', '--output', output, '**'], offline);
    return synthesized === 0 ? assemblyDiff(environment, stored, output) : synthesized;
  } finally {
    rmSync(output, { recursive: true });
  }
}

function assemblyDiff(environment: string, stored: string, output: string): number {
  const before = stackFiles(stored, environment);
  const after = stackFiles(output, environment);
  const empty = join(output, 'empty.json');
  writeFileSync(empty, '{}');
  for (const { path } of before.filter((old) => !after.some((stack) => stack.path === old.path))) {
    console.log(
      `Stack ${path}\nis no longer part of the app: nothing deletes it but 'cdk destroy'\n`,
    );
  }
  const codes = after.map(({ path }) => {
    const template = before.find((old) => old.path === path)?.template ?? empty;
    return cdk(
      ['diff', path, '--exclusively', '--app', output, '--template', template, '--no-lookups'],
      offline,
    );
  });
  return Math.max(0, ...codes);
}
