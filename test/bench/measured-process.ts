import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Answers } from './http-process.js';

/** A process of its own with one backend, so that its CPU time is that of the backend alone. */
export interface MeasuredProcess {
  readonly name: string;
  readonly url: string;
  ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]>;
  stop(): Promise<void>;
}

// Beside the packages that they import.
const cache = resolve(__dirname, '..', '..', 'node_modules', '.cache');

/** Starts a process for each name, and hands them over; whatever happens, none of them remains. */
export async function withProcesses(
  names: readonly string[],
  act: (processes: readonly MeasuredProcess[]) => Promise<void>,
): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'bench-'));
  const processes: MeasuredProcess[] = [];
  try {
    const script = await compiled(folder);
    for (const name of names) processes.push(await started(script, name));
    await act(processes);
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** As a user runs it: what tsx makes of TypeScript names every closure anew, for about 1 µs each. */
async function compiled(folder: string): Promise<string> {
  const outfile = join(folder, 'http-process.js');
  await build({
    entryPoints: [join(__dirname, 'http-process.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
  });
  return outfile;
}

async function started(script: string, name: string): Promise<MeasuredProcess> {
  const child = fork(script, [name], {
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await answer(child, name);
  const ask = async <Question extends keyof Answers>(question: Question) => {
    child.send(question);
    return (await answer(child, name)) as Answers[Question];
  };
  const url = `http://127.0.0.1:${await ask('port')}`;
  const stop = async () => {
    if (child.exitCode !== null || !child.kill('SIGKILL')) return;
    await once(child, 'exit');
  };
  return { name, url, ask, stop };
}

async function answer(child: ChildProcess, name: string): Promise<unknown> {
  const heard = new AbortController();
  const options = { signal: heard.signal };
  const ended = once(child, 'exit', options).then(([code]) => {
    throw new Error(`the backend '${name}' ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', options), ended]);
    return message;
  } finally {
    // Of the two that wait, the other one is not left behind.
    ended.catch(() => {});
    heard.abort();
  }
}
