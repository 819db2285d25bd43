import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SQSEvent } from 'aws-lambda';
import { type BuildOptions, build } from 'esbuild';
import { channelBundling } from '../lib/notifications/channel-settings.js';
import { emfCounts } from './emf.js';
import type { Invocation, InvocationResult } from './lambda-bootstrap.js';

export interface LambdaOptions {
  readonly name: string;
  /** The TypeScript file that exports `handler`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Hears what the function prints beside metrics, and how it failed. */
  readonly log: (line: string) => void;
}

/** A function of ours in a process of its own, as Lambda runs it. */
export interface Lambda {
  /** Rejects when the function throws, crashes or runs out of time; the next call finds a fresh process. */
  invoke(event: SQSEvent): Promise<unknown>;
  /** How often each metric was counted since the start. */
  metrics(): Readonly<Record<string, number>>;
  /** Ends the process at once, whatever it does. */
  stop(): Promise<void>;
}

// What runs here is what is uploaded.
const bundling = {
  ...channelBundling,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'silent',
} satisfies BuildOptions;

export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  // At once, and so is each file: what is under way when the process ends would come after the removal.
  const folder = mkdtempSync(join(tmpdir(), `spheroseg-${options.name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Nobody is left to stop what a process starts or stops while it ends.
  process.once('exit', remove);
  const forget = () => {
    process.off('exit', remove);
    remove();
  };
  await Promise.all([
    bundled(options.entry, join(folder, 'index.js')),
    bundled(join(__dirname, 'lambda-bootstrap.ts'), join(folder, 'bootstrap.js')),
  ]).catch((error) => {
    forget();
    throw error;
  });
  const counts: Record<string, number> = {};
  const printed = (line: string) => {
    const metrics = emfCounts(line);
    if (!metrics) return options.log(line);
    for (const [name, count] of Object.entries(metrics)) counts[name] = (counts[name] ?? 0) + count;
  };
  let child: ChildProcess | undefined;
  const running = () => {
    if (!child || isGone(child)) child = functionProcess(options, folder, printed);
    return child;
  };

  // Lambda starts cold; here the first message need not wait for it.
  running();
  return {
    invoke: (event) => call(running(), event, options),
    metrics: () => counts,
    async stop() {
      if (child) await end(child);
      forget();
    },
  };
}

// esbuild would write even after this process has ended, and so make the folder anew.
async function bundled(entry: string, outfile: string): Promise<void> {
  const { outputFiles } = await build({
    ...bundling,
    entryPoints: [entry],
    outfile,
    write: false,
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}

function functionProcess(
  options: LambdaOptions,
  folder: string,
  printed: (line: string) => void,
): ChildProcess {
  const child = fork(join(folder, 'bootstrap.js'), [join(folder, 'index.js')], {
    env: lambdaEnvironment(options, folder),
    // The flags of this process, such as tsx's loader, are not the function's.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on('line', printed);
  }
  return child;
}

/** One call of the handler, which ends with its answer, with the process, or with the time. */
function call(
  child: ChildProcess,
  event: SQSEvent,
  { name, timeoutMs, log }: LambdaOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (failure?: string) => {
      clearTimeout(timer);
      child.off('message', answered).off('exit', crashed);
      if (failure === undefined) return;
      log(`${name}: ${failure}`);
      reject(new Error(failure));
    };
    const answered = (result: InvocationResult) => {
      settle('failure' in result ? result.failure : undefined);
      if ('response' in result) resolve(result.response);
    };
    const crashed = (code: number | null, signal: string | null) =>
      settle(`the function crashed (${signal ?? `exit code ${code}`})`);
    const timer = setTimeout(() => {
      settle('the function timed out');
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('message', answered).once('exit', crashed);
    const deadline = Date.now() + timeoutMs;
    const invocation: Invocation = { requestId: randomUUID(), deadline, event };
    // A process that died just now says so with `exit`, not here.
    child.send(invocation, () => {});
  });
}

/** Also when it only ends soon: it takes no further call. */
function isGone(child: ChildProcess): boolean {
  return child.killed || !child.connected || hasEnded(child);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess) {
  if (hasEnded(child)) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Nothing of the caller's environment, and so neither its proxy nor its AWS account. */
function lambdaEnvironment(options: LambdaOptions, folder: string): NodeJS.ProcessEnv {
  return {
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: options.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // Without these the SDK would read the profile of whoever runs this.
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    // Lambda's Node is newer than this machine's may be.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...options.environment,
  };
}
