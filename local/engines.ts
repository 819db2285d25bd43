import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from './debian.js';
import { type Engine, type EngineSource, engineSources } from './engine-sources.js';
import { MissingEngines } from './missing-engines.js';
import { useOwnLibraries } from './own-libraries.js';
import { output } from './process.js';
import { relocate } from './relocate.js';

export type { Engine };

type Report = (line: string) => void;

const found = new Map<Engine, Promise<string>>();

/** The path of an engine: from the PATH, from the cache folder, or unpacked into it now. */
export function engine(name: Engine, report: Report = () => {}): Promise<string> {
  const known = found.get(name) ?? find(name, report);
  found.set(name, known);
  known.catch(() => found.delete(name));
  return known;
}

/** The paths of several; when some are missing, one error lists them all. */
export async function engines<Name extends Engine>(
  names: readonly Name[],
  report: Report,
): Promise<Record<Name, string>> {
  const paths = await Promise.allSettled(names.map((name) => engine(name, report)));
  const failures = paths.flatMap((path) => (path.status === 'rejected' ? [path.reason] : []));
  const missing = failures.filter((failure) => failure instanceof MissingEngines);
  if (missing.length < failures.length) throw failures.find((one) => !missing.includes(one));
  if (missing.length > 0) throw MissingEngines.together(missing);
  return Object.fromEntries(
    names.map((name, index) => [name, paths[index]?.status === 'fulfilled' && paths[index].value]),
  ) as Record<Name, string>;
}

async function find(name: Engine, report: Report): Promise<string> {
  const source: EngineSource = engineSources[name];
  const onPath = await fromPath(source);
  if (onPath) return onPath;
  const cached = cachedBinary(source);
  if (await exists(cached)) return cached;
  if (process.platform !== 'linux') throw new MissingEngines([name], []);
  await refuseReadOnlyCache();
  try {
    await download(source.debian.suite, report);
    if (!(await isRecentEnough(cached, source))) throw new Error(`${cached} does not run here`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MissingEngines([name], [reason]);
  }
  return cached;
}

/** Makes the cache folder, or says what is in the way. */
export async function refuseReadOnlyCache(): Promise<void> {
  const folder = cacheFolder();
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `the cache folder ${folder} cannot be written (${code}); mend that, or name another in XDG_CACHE_HOME`,
    );
  }
}

async function fromPath(source: EngineSource): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = source.names.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const candidate of candidates) {
    if ((await exists(candidate)) && (await isRecentEnough(candidate, source))) return candidate;
  }
  return undefined;
}

const asPrometheusSays = /version v?(\d+)\.(\d+)/;

async function isRecentEnough(binary: string, source: EngineSource): Promise<boolean> {
  const { release, exact, says = asPrometheusSays } = source;
  const printed = await output(binary, ['--version']).catch(() => '');
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const version = says.exec(printed);
  if (!version) return false;
  const [ownMajor, ownMinor] = [Number(version[1]), Number(version[2])];
  if (exact) return ownMajor === major && ownMinor === minor;
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Where unpacked engines and their like are kept between runs, for all clones of one user. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  // The number is that of the layout inside, not of any release.
  return join(base, 'spheroseg-monitoring', '1');
}

function cachedFolder({ debian, release }: EngineSource): string {
  return join(cacheFolder(), `${debian.package}-${release}`);
}

function cachedBinary(source: EngineSource): string {
  return join(cachedFolder(source), 'usr', 'bin', source.debian.binary);
}

const downloads = new Map<string, Promise<void>>();

/** All that is missing of a suite at once: one index, one run, however many engines are asked for. */
function download(suite: string, report: Report): Promise<void> {
  const running = downloads.get(suite) ?? unpack(suite, report);
  downloads.set(suite, running);
  running.catch(() => downloads.delete(suite));
  return running;
}

async function unpack(suite: string, report: Report): Promise<void> {
  const sources = await missingOf(suite);
  report(`unpacking ${sources.map((one) => one.debian.package).join(', ')} of Debian ${suite}`);
  await forgetInterrupted();
  // Unpacked beside its place and then renamed, so that nobody ever sees a half of it.
  const temporary = await mkdtemp(join(cacheFolder(), 'unpacking-'));
  const folderOf = ({ debian }: EngineSource) => join(temporary, debian.package);
  const bundles = sources.map((source) => ({
    folder: folderOf(source),
    packages: [source.debian.package, ...(source.debian.with ?? [])],
  }));
  try {
    await unpackDebianPackages(suite, bundles, temporary);
    for (const source of sources) {
      const { binary, data, files = {}, ownLibraries } = source.debian;
      for (const [path, text] of Object.entries(files)) {
        await writeFile(join(folderOf(source), path), text);
      }
      if (data) await relocate(folderOf(source), binary, data);
      if (ownLibraries) await useOwnLibraries(folderOf(source), binary);
      await publish(folderOf(source), cachedFolder(source));
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

// Longer than any download takes that is still alive.
const INTERRUPTED_MS = 3_600_000;

/** Removes what a run that was interrupted left in the cache folder. */
export async function forgetInterrupted(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    const path = join(cacheFolder(), name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (name.startsWith('unpacking-') && age > INTERRUPTED_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** A cache of before an engine was added here has all the others. */
async function missingOf(suite: string): Promise<EngineSource[]> {
  const sources = sourcesOf(suite);
  const areThere = await Promise.all(sources.map((source) => exists(cachedBinary(source))));
  return sources.filter((_, index) => !areThere[index]);
}

/** One source per package: amtool comes with Alertmanager. */
function sourcesOf(suite: string): EngineSource[] {
  const all: EngineSource[] = Object.values(engineSources);
  const inSuite = all.filter(({ debian }) => debian.suite === suite);
  return [...new Map(inSuite.map((one) => [one.debian.package, one] as const).reverse()).values()];
}

async function publish(unpacked: string, folder: string): Promise<void> {
  await rename(unpacked, folder).catch(async (error) => {
    // Another process was faster; its copy is as good as ours.
    if (!(await exists(folder))) throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
