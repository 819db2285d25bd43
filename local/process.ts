import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BreakName } from './breaks.js';

/** A server of the pipeline that runs as a process of its own. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the clean environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where both its streams are appended. */
  readonly log: string;
  /** @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** @default - the user who runs this */
  readonly uid?: number;
  /** The break whose mending starts it again. @default - none does */
  readonly backWith?: BreakName;
  /** Whether it answers; asked until it does. */
  readonly healthy: () => Promise<boolean>;
}

export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** Settles when the process is gone; true when nobody had asked for it. */
  readonly crashed: Promise<boolean>;
  readonly stop: () => Promise<void>;
}

const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 10_000;

/** Starts a program and waits until it is healthy; one that is not is stopped again. */
export async function start(program: Program): Promise<RunningProgram> {
  const child = await spawned(program);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${program.name}: cannot run ${program.command}`);
  const signal = program.stopSignal ?? 'SIGTERM';
  tellReaper(`+${pid} ${signal}`);
  let asked = false;
  const crashed = new Promise<boolean>((resolve) => {
    child.once('exit', () => {
      tellReaper(`-${pid}`);
      resolve(!asked);
    });
  });
  const stop = async () => {
    asked = true;
    child.kill(signal);
    const stopped = await Promise.race([
      crashed.then(() => true),
      pause(STOP_PATIENCE_MS, false, { ref: false }),
    ]);
    if (!stopped) child.kill('SIGKILL');
    await crashed;
  };
  const running = { name: program.name, pid, log: program.log, crashed, stop };
  await becomeHealthy(program, running);
  return running;
}

async function spawned(program: Program): Promise<ChildProcess> {
  await mkdir(dirname(program.log), { recursive: true });
  const log = await open(program.log, 'a');
  const child = spawn(program.command, program.args, {
    // A process group of its own: the terminal's Ctrl-C reaches the runner only, which stops all in order.
    detached: true,
    env: { ...cleanEnvironment(), ...program.environment },
    stdio: ['ignore', log.fd, log.fd],
    ...(program.uid === undefined ? {} : { uid: program.uid, gid: program.uid }),
  });
  child.once('error', () => {});
  await log.close();
  return child;
}

async function becomeHealthy(program: Program, running: RunningProgram): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS;
  let gone = false;
  running.crashed.then(() => {
    gone = true;
  });
  while (!(await program.healthy().catch(() => false))) {
    if (!gone && Date.now() < deadline) {
      await pause(50);
      continue;
    }
    await running.stop();
    const why = gone ? 'ended' : `gave no answer within ${START_PATIENCE_MS / 1000} s`;
    throw new Error(
      `${program.name} ${why}; the end of ${program.log}:\n${await tail(program.log)}`,
    );
  }
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}

/** Whether a GET of the address succeeds. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}

let reaper: ChildProcess | undefined;

function tellReaper(line: string): void {
  reaper ??= newReaper();
  reaper.stdin?.write(`${line}\n`);
}

function newReaper(): ChildProcess {
  const child = spawn(process.execPath, [join(__dirname, 'reaper.mjs')], {
    detached: true,
    env: cleanEnvironment(),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // The pipe must not keep the runner alive; it is the end of the pipe that tells the reaper.
  if (child.stdin && 'unref' in child.stdin) (child.stdin as { unref(): void }).unref();
  child.stdin?.once('error', () => {});
  return child;
}

/**
 * What a program of ours may see of the caller's environment. Proxy, AWS and Postgres variables are left
 * behind: an AWS_CA_BUNDLE alone stops Alertmanager's SNS client ("unable to add custom RootCAs").
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'XDG_CACHE_HOME'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** What a command printed on both streams; an exit code other than 0 is an error that carries them. */
export function output(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly uid?: number } = {},
): Promise<string> {
  const settings = { env: cleanEnvironment(), maxBuffer: 64 * 1024 * 1024, ...options };
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout + stderr);
      reject(new Error(`${command}: ${`${stderr}${stdout}`.trim() || error.message}`));
    });
  });
}
