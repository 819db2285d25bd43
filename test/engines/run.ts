import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onStopRequest } from '../../local/stop-request.js';
import { jestArguments, prepared } from './support/needs.js';
import { stopDescendants } from './support/stopped-tree.js';

// npm run test:engines -- [--required] [options of Jest]
const required = process.argv.includes('--required');
const options = process.argv.slice(2).filter((option) => option !== '--required');

const began = Date.now();

function say(line: string) {
  console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
}

// Of the whole run, because whoever is stopped by a signal leaves behind what it has there.
const temporary = mkdtempSync(join(tmpdir(), 'spheroseg-engines-'));

let running: ChildProcess | undefined;

const ending = onStopRequest(async () => {
  await stopDescendants();
  running?.kill();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 10 });
});

async function main(): Promise<number> {
  const leftOut = await prepared(say);
  // What is stopped while it is built cannot be built.
  if (ending.hasBegun()) return 1;
  for (const { tests, reason } of leftOut) say(`left out: ${tests.join(', ')}\n        ${reason}`);
  if (leftOut.length > 0 && required) return 1;
  if (leftOut.length === 0) say('engines are ready');
  const code = await jest(jestArguments(options, leftOut));
  say('done');
  return code;
}

function jest(args: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    TMPDIR: temporary,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const child = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...args], {
    // The terminal's Ctrl-C is for this process, which ends all in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  running = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

main().then(ending.end, ending.fail);
