import { spawnSync } from 'node:child_process';
import { cortexBinary, goProblem } from './support/cortex-binary.js';
import { emulatorPython, pythonProblem } from './support/emulator-install.js';

// npm run test:engines -- [--required] [options of Jest]
const required = process.argv.includes('--required');
const options = process.argv.slice(2).filter((option) => option !== '--required');

const began = Date.now();

function say(line: string) {
  console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

/** What cannot be had here; everything else is made ready. */
async function missing(): Promise<string[]> {
  const problems = await Promise.all([
    engineProblem(goProblem, cortexBinary, 'everything in test/engines/'),
    engineProblem(pythonProblem, emulatorPython, 'test/engines/emulated/'),
  ]);
  return problems.filter((problem) => problem !== undefined);
}

async function engineProblem(
  toolProblem: () => Promise<string | undefined>,
  prepare: (report: (line: string) => void) => Promise<string>,
  leftOut: string,
): Promise<string | undefined> {
  try {
    await prepare(say);
    return undefined;
  } catch (error) {
    const reason = (await toolProblem()) ?? (error as Error).message;
    return `left out: ${leftOut}\n        ${reason}`;
  }
}

async function main(): Promise<number> {
  const problems = await missing();
  for (const problem of problems) say(problem);
  if (problems.length > 0 && required) return 1;
  if (problems.some((problem) => problem.includes('everything'))) return 0;
  say('engines are ready');
  const jest = require.resolve('jest/bin/jest');
  const folder = problems.length > 0 ? ['--testPathIgnorePatterns', '/emulated/'] : [];
  const args = ['--config', 'jest.engines.config.cjs', '--runInBand', ...folder, ...options];
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { status } = spawnSync(process.execPath, [jest, ...args], { stdio: 'inherit', env });
  say('done');
  return status ?? 1;
}

main().then((code) => {
  process.exitCode = code;
});
