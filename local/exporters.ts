import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { databaseUrl } from './postgres.js';
import { answers, output, type Program } from './process.js';
import { redisUrl } from './redis.js';

/** What starts and watches one kind of server for all exporters. */
interface ExporterOptions {
  readonly binary: string;
  readonly logs: string;
  readonly port: number;
}

/** The flags are those of production: built-in collectors only, because Fargate can mount no query file. */
export function postgresExporter(
  name: string,
  databasePort: number,
  { binary, logs, port }: ExporterOptions,
): Program {
  return {
    name,
    command: binary,
    args: [
      `--web.listen-address=127.0.0.1:${port}`,
      '--collector.stat_wal_receiver',
      '--collector.long_running_transactions',
      '--collector.stat_statements',
    ],
    environment: { DATA_SOURCE_NAME: databaseUrl(databasePort, 'monitor') },
    log: join(logs, `${name}.log`),
    healthy: () => answers(`http://127.0.0.1:${port}/`),
  };
}

/** Reads one Redis; it answers scrapes, with `redis_up 0`, while that one is away. */
export function redisExporter(redisPort: number, { binary, logs, port }: ExporterOptions): Program {
  return {
    name: 'redis-exporter',
    command: binary,
    args: [`--web.listen-address=127.0.0.1:${port}`, `--redis.addr=${redisUrl(redisPort)}`],
    log: join(logs, 'redis-exporter.log'),
    healthy: () => answers(`http://127.0.0.1:${port}/health`),
  };
}

/** A small disk that only node_exporter sees, and that may be filled. */
export interface Volume {
  /** Comes before the command whose disk it is. */
  readonly prefix: readonly string[];
  readonly flags: readonly string[];
  /** @param pid of the process that runs with the prefix */
  readonly fill: (pid: number) => Promise<void>;
  readonly empty: (pid: number) => Promise<void>;
}

export function nodeExporter(
  { binary, logs, port }: ExporterOptions,
  volume: Volume | undefined,
): Program {
  const flags = [`--web.listen-address=127.0.0.1:${port}`, ...(volume?.flags ?? [])];
  const [command = '', ...args] = [...(volume?.prefix ?? []), binary, ...flags];
  return {
    name: 'node-exporter',
    command,
    args,
    log: join(logs, 'node-exporter.log'),
    healthy: () => answers(`http://127.0.0.1:${port}/`),
  };
}

const VOLUME_MIB = 64;
const FILLED_MIB = 60;

/**
 * A volume in a mount namespace of its own, if this machine lets us make one (Linux, as root or with user
 * namespaces). It is memory, and is shown to node_exporter as the only disk there is: the developer's own
 * disks may be as full as they like.
 */
export async function smallVolume(folder: string): Promise<Volume | undefined> {
  const root = resolve(folder, 'host');
  const procfs = resolve(folder, 'procfs');
  const namespaces = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const mount = `mount -t tmpfs -o size=${VOLUME_MIB}m,mode=755 data "$0" && exec "$@"`;
  const prefix = ['unshare', '--mount', ...namespaces, 'sh', '-c', mount, join(root, 'data')];
  await mkdir(join(root, 'data'), { recursive: true });
  const [command = '', ...args] = [...prefix, 'true'];
  const possible = await output(command, args).then(
    () => true,
    () => false,
  );
  if (!possible) return undefined;
  await describeDisks(procfs);
  const file = (pid: number) => join(`/proc/${pid}/root`, root, 'data', 'filled-by-a-break');
  return {
    prefix,
    flags: [`--path.rootfs=${root}`, `--path.procfs=${procfs}`],
    fill: (pid) => writeFile(file(pid), Buffer.alloc(FILLED_MIB * 1024 * 1024)),
    empty: (pid) => rm(file(pid), { force: true }),
  };
}

/** The machine's /proc, but for the list of disks: it names one, as the ext4 that rules watch. */
async function describeDisks(procfs: string): Promise<void> {
  await rm(procfs, { recursive: true, force: true });
  await mkdir(join(procfs, '1'), { recursive: true });
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) await symlink(join('/proc', entry), join(procfs, entry));
  }
  const mountinfo = '30 1 8:16 / /data rw,relatime - ext4 /dev/sdb rw\n';
  await writeFile(join(procfs, '1', 'mountinfo'), mountinfo);
  await writeFile(join(procfs, '1', 'mounts'), '/dev/sdb /data ext4 rw,relatime 0 0\n');
}
