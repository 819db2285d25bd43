import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../local/engines.js';

export type Report = (line: string) => void;

/** Something that takes minutes to make and is made once per machine; `name` carries its version. */
export interface Cached {
  readonly name: string;
  /** What is done, for the progress lines. */
  readonly says: string;
  readonly make: (folder: string) => Promise<void>;
}

/** The folder of a cached thing, made now if it is not there. */
export async function cached({ name, says, make }: Cached, report: Report): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await exists(folder)) return folder;
  const began = Date.now();
  report(says);
  await mkdir(cacheFolder(), { recursive: true });
  // Made beside its place and then renamed, so that nobody ever sees a half of it. The prefix is the one
  // by which local/engines.ts knows and removes what was interrupted.
  const aside = await mkdtemp(join(cacheFolder(), 'unpacking-'));
  try {
    await make(aside);
    await rename(aside, folder).catch(async (error) => {
      // Another process was faster; its copy is as good as ours.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  report(`${name} is ready after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
