import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, forgetInterrupted, refuseReadOnlyCache } from '../../../local/engines.js';
import { output } from '../../../local/process.js';

export type Report = (line: string) => void;

/** Something that takes minutes to make and is made once per machine; `name` carries its version. */
export interface Cached {
  readonly name: string;
  /** What is done, for the progress lines. */
  readonly says: string;
  /** Why it cannot be made here, asked only when it must be. @default - nothing stands in the way */
  readonly problem?: () => Promise<string | undefined>;
  readonly make: (folder: string) => Promise<void>;
  /** Whether what is in the folder runs. @default - whatever is there does */
  readonly works?: (folder: string) => Promise<boolean>;
}

const PROGRESS_MS = 30_000;

/** The folder of a cached thing, made now if it is not there or does not run any more. */
export async function cached(one: Cached, report: Report): Promise<string> {
  const folder = join(cacheFolder(), one.name);
  if (await works(one, folder)) return folder;
  if (await exists(folder)) report(`${folder} does not run any more, and is made anew`);
  const problem = await one.problem?.();
  if (problem !== undefined) throw new Error(problem);
  await refuseReadOnlyCache();
  await forgetInterrupted();
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1000).toFixed(0);
  report(one.says);
  const progress = setInterval(
    () => report(`still ${one.says}: ${seconds()} s so far`),
    PROGRESS_MS,
  );
  try {
    await makeAside(one, folder);
  } finally {
    clearInterval(progress);
  }
  report(`${one.name} is ready after ${seconds()} s`);
  return folder;
}

/** Made beside its place and then renamed, so that nobody ever sees a half of it. */
async function makeAside(one: Cached, folder: string): Promise<void> {
  // The prefix is the one by which local/engines.ts knows and removes what was interrupted.
  const aside = await mkdtemp(join(cacheFolder(), 'unpacking-'));
  try {
    await one.make(aside);
    if (!(await works(one, aside))) throw new Error(`${one.name} was made, and does not run here`);
    // Another process may have been faster; its copy is as good as ours.
    if (await works(one, folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function works(one: Cached, folder: string): Promise<boolean> {
  return (await exists(folder)) && ((await one.works?.(folder)) ?? true);
}

/** Whether a command ends well. */
export function runs(command: string, args: readonly string[]): Promise<boolean> {
  return output(command, args).then(
    () => true,
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
