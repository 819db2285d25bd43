import { access, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Ports } from './environment.js';
import { postgresPrograms, type Unprivileged, unprivileged } from './postgres-files.js';
import { output, type Program } from './process.js';
import { type Restartable, restartable } from './restartable.js';

/** A primary and a replica that streams from it, as in production. */
export interface Postgres {
  readonly primary: Restartable;
  readonly replica: Restartable;
  /** Lets the replica receive, and no longer apply, what the primary writes. */
  readonly pauseReplay: () => Promise<void>;
  readonly resumeReplay: () => Promise<void>;
}

export interface PostgresOptions {
  /** Where both keep their data. */
  readonly folder: string;
  readonly logs: string;
  readonly ports: Ports;
  readonly report: (line: string) => void;
}

/** The backend's account is no superuser: the connections reserved for those stay free for the exporter. */
export type Account = 'app' | 'monitor' | 'postgres';

const DATABASE = 'spheroseg';
const SLOT = 'replica';

export function databaseUrl(port: number, account: Account, database = DATABASE): string {
  return `postgresql://${account}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/** Starts both; a folder without data is filled first. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { initdb, postgres } = await postgresPrograms();
  const user = await unprivileged(postgres);
  const folder = (name: string) => join(options.folder, name);
  const isNew = !(await exists(folder('ready')));
  if (isNew) await initialise(initdb, options.folder, user);
  await copyPrimary(options.folder);

  const server = (name: 'primary' | 'replica', settings: readonly string[]) =>
    restartable(serverProgram(name, postgres, user, options, settings), options.report);
  const primary = server('primary', []);
  const replica = server('replica', [
    `primary_conninfo=host=127.0.0.1 port=${options.ports.primary} user=postgres application_name=replica`,
    `primary_slot_name=${SLOT}`,
    'wal_retrieve_retry_interval=500ms',
  ]);
  try {
    await primary.start();
    if (isNew) await fill(options.ports.primary);
    await writeFile(folder('ready'), '');
    await replica.start();
  } catch (error) {
    await primary.stop();
    throw error;
  }

  const onReplica = (statement: string) => run(options.ports.replica, 'postgres', [statement]);
  return {
    primary,
    replica,
    pauseReplay: () => onReplica('SELECT pg_wal_replay_pause()'),
    resumeReplay: () => onReplica('SELECT pg_wal_replay_resume()'),
  };
}

// Sample data: losing it with the machine's power is fine, waiting for the disk is not.
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_preload_libraries=pg_stat_statements',
  'shared_buffers=32MB',
  'fsync=off',
  'wal_keep_size=32MB',
  'max_wal_size=128MB',
  'max_slot_wal_keep_size=256MB',
  'wal_receiver_status_interval=1s',
];

function serverProgram(
  name: 'primary' | 'replica',
  postgres: string,
  { prefix, uid }: Unprivileged,
  { folder, logs, ports }: PostgresOptions,
  own: readonly string[],
): Program {
  const flags = [...settings, `port=${ports[name]}`, ...own].flatMap((one) => ['-c', one]);
  const [command = '', ...args] = [...prefix, postgres, '-D', join(folder, name), ...flags];
  return {
    name: `postgres-${name}`,
    command,
    args,
    log: join(logs, `postgres-${name}.log`),
    ...(name === 'primary' && { backWith: 'database' }),
    // "Fast": the default would wait until every client has left.
    stopSignal: 'SIGINT',
    ...(uid === undefined ? {} : { uid }),
    healthy: () =>
      run(ports[name], 'postgres', ['SELECT 1']).then(
        () => true,
        () => false,
      ),
  };
}

async function initialise(initdb: string, folder: string, { prefix, uid }: Unprivileged) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (uid !== undefined) await chown(folder, uid, uid);
  const flags = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'];
  const [command = '', ...args] = [
    ...prefix,
    initdb,
    '-D',
    join(folder, 'primary'),
    '--no-sync',
    ...flags,
  ];
  await output(command, args, uid === undefined ? {} : { uid });
}

/** The package has no pg_basebackup; a copy of the stopped primary is as good, and cannot have diverged. */
async function copyPrimary(folder: string): Promise<void> {
  const replica = join(folder, 'replica');
  await rm(replica, { recursive: true, force: true });
  await output('cp', ['-a', join(folder, 'primary'), replica]);
  await rm(join(replica, 'postmaster.pid'), { force: true });
  // Nobody reads the slots of the copy, so they would keep its WAL for ever.
  await rm(join(replica, 'pg_replslot', SLOT), { recursive: true, force: true });
  await writeFile(join(replica, 'standby.signal'), '');
}

async function fill(port: number): Promise<void> {
  await run(port, 'postgres', [
    'CREATE ROLE app LOGIN',
    'CREATE ROLE monitor LOGIN IN ROLE pg_monitor',
    `SELECT pg_create_physical_replication_slot('${SLOT}', true)`,
    `CREATE DATABASE ${DATABASE} OWNER app`,
  ]);
  await run(port, DATABASE, ['CREATE EXTENSION pg_stat_statements']);
}

async function run(port: number, database: string, statements: readonly string[]): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl(port, 'postgres', database),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
