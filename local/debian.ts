import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cleanEnvironment, output } from './process.js';

/** A file that tells apt where packages come from. */
export interface AptSource {
  readonly name: string;
  readonly text: string;
}

/** Packages whose files belong into one folder. */
export interface Bundle {
  readonly folder: string;
  readonly packages: readonly string[];
}

/**
 * Unpacks packages of a Debian suite, whichever suite the machine runs. The apt root is private:
 * nothing is installed, no service starts, no root is needed, and the mirror, the keyring and any
 * proxy are the machine's.
 */
export async function unpackDebianPackages(
  suite: string,
  bundles: readonly Bundle[],
  temporary: string,
): Promise<void> {
  const source = sourceFor(suite, await machineSources());
  if (!source) throw new Error('this machine has no apt source of Debian itself');
  const config = await privateRoot(join(temporary, 'apt'), source);
  const downloads = join(temporary, 'downloads');
  await mkdir(downloads);
  const env = { ...proxies(), ...cleanEnvironment(), APT_CONFIG: config };
  const packages = bundles.flatMap((bundle) => bundle.packages);
  await aptGet(['update'], { cwd: downloads, env });
  await aptGet(['download', ...packages], { cwd: downloads, env });
  for (const file of await readdir(downloads)) {
    const name = file.slice(0, file.indexOf('_'));
    const bundle = bundles.find((one) => one.packages.includes(name));
    if (bundle) await output('dpkg-deb', ['-x', join(downloads, file), bundle.folder]);
  }
}

async function aptGet(args: readonly string[], options: Parameters<typeof output>[2]) {
  await output('apt-get', ['--quiet', ...args], options).catch((error: Error) => {
    // One failure brings a page of lines; the first that it calls an error is the cause.
    throw new Error(/E: (.+)$/m.exec(error.message)?.[1] ?? error.message);
  });
}

/** The machine's own Debian archive, with nothing but the suite changed. */
export function sourceFor(suite: string, sources: readonly AptSource[]): AptSource | undefined {
  for (const { name, text } of sources) {
    const found = name.endsWith('.list') ? listLine(suite, text) : stanza(suite, text);
    if (found)
      return { name: `private${name.endsWith('.list') ? '.list' : '.sources'}`, text: found };
  }
  return undefined;
}

// A release by name or by age; `bookworm-security` and `bookworm-backports` are other archives.
const release = /^(?:old)*stable$|^(?:testing|unstable|sid|bullseye|bookworm|trixie|forky)$/;

function stanza(suite: string, text: string): string | undefined {
  return text
    .split(/\n\s*\n/)
    .filter((part) => !/^Enabled:\s*no/im.test(part) && /^Types:.*\bdeb\b/im.test(part))
    .filter((part) => /^Components:.*\bmain\b/im.test(part))
    .find((part) => suites(part).some((word) => release.test(word)))
    ?.trimEnd()
    .replace(/^Suites:.*$/im, `Suites: ${suite}`)
    .concat('\n');
}

function suites(part: string): string[] {
  return /^Suites:(.*)$/im.exec(part)?.[1]?.trim().split(/\s+/) ?? [];
}

// deb [options] URI suite component…
const oneLine = /^(deb\s+(?:\[[^\]]*\]\s+)?\S+\s+)(\S+)(\s+.*\bmain\b.*)$/;

function listLine(suite: string, text: string): string | undefined {
  const matches = text.split('\n').map((line) => oneLine.exec(line));
  const match = matches.find((found) => release.test(found?.[2] ?? ''));
  return match ? `${match[1]}${suite}${match[3]}\n` : undefined;
}

async function machineSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    /\.(sources|list)$/.test(name),
  );
  const paths = [...names.sort().map((name) => join(folder, name)), '/etc/apt/sources.list'];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return paths.map((path, index) => ({ name: basename(path), text: texts[index] ?? '' }));
}

async function privateRoot(root: string, source: AptSource): Promise<string> {
  await Promise.all(
    ['sources', 'preferences', 'lists/partial', 'archives/partial'].map((folder) =>
      mkdir(join(root, folder), { recursive: true }),
    ),
  );
  await writeFile(join(root, 'sources', source.name), source.text);
  const config = join(root, 'apt.conf');
  await writeFile(config, privateConfig(root));
  return config;
}

const privateConfig = (root: string) => `
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "${root}/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "${root}/preferences";
Dir::State::lists "${root}/lists";
Dir::Cache "${root}";
Dir::Cache::archives "${root}/archives";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;

function proxies(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => /^(https?|ftp|no)_proxy$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
