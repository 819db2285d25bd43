import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../../local/process.js';
import type { RuleFile } from './rule-file.js';
import type { TestGroup } from './test-groups.js';

/** A group of tests, and the rule files that it loads. */
export interface Case {
  readonly group: TestGroup;
  readonly ruleFiles: readonly RuleFile[];
}

export interface Batch {
  readonly promtool: string;
  readonly cases: readonly Case[];
}

/** Whether each case passes, out of one run of promtool: starting it takes as long as a case. */
export async function passing({ promtool, cases }: Batch): Promise<boolean[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-mutants-'));
  try {
    const files = await Promise.all(cases.map((one, index) => writeCase({ folder, one, index })));
    const printed = await standardOutput(promtool, ['test', 'rules', ...files]);
    return files.map((file) => printed.includes(`Unit Testing:  ${file}\n  SUCCESS\n`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface NumberedCase {
  readonly folder: string;
  readonly one: Case;
  readonly index: number;
}

async function writeCase({ folder, one, index }: NumberedCase): Promise<string> {
  const names = await Promise.all(
    one.ruleFiles.map(async ({ groups }, position) => {
      const name = `${index}-${position}.yaml`;
      // promtool reads YAML, of which JSON is a part.
      await writeFile(join(folder, name), JSON.stringify({ groups }));
      return name;
    }),
  );
  const file = join(folder, `${index}.test.yaml`);
  await writeFile(file, `rule_files: ${JSON.stringify(names)}\n${one.group.text}`);
  return file;
}

// As many run as there are cores. Without these each collects garbage on all of them, for a quarter of its time.
const thrifty = { GOMAXPROCS: '1', GOGC: '400' };

/** What went well is on one stream, and what failed on the other. */
function standardOutput(command: string, args: readonly string[]): Promise<string> {
  const settings = { env: { ...cleanEnvironment(), ...thrifty }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout) => {
      // 1 is a test that fails; anything else is promtool itself.
      if (error && error.code !== 1) return reject(error);
      resolve(stdout);
    });
  });
}
