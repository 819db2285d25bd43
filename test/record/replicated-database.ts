import { join } from 'node:path';
import { Client } from 'pg';
import { freePorts, type Ports } from '../../local/environment.js';
import { databaseUrl, type Postgres, startPostgres } from '../../local/postgres.js';
import { postgresPrograms, unprivileged } from '../../local/postgres-files.js';
import type { Program } from '../../local/process.js';
import { type Restartable, restartable } from '../../local/restartable.js';
import { type CuttableStream, cuttableStream } from './cuttable-stream.js';
import type { Site } from './recording.js';

export const maxConnections = 30;
/** For the exporter, when the backend has taken all others. */
export const reservedConnections = 2;
export const slot = 'replica_1';

/** A primary, and a replica whose stream can be cut and that reads a slot or none. */
export interface ReplicatedDatabase {
  readonly ports: Ports;
  readonly primary: Restartable;
  readonly pauseReplay: Postgres['pauseReplay'];
  readonly resumeReplay: Postgres['resumeReplay'];
  readonly replica: Restartable;
  readonly replicaWithoutSlot: Restartable;
  readonly stream: CuttableStream;
  readonly onPrimary: (statement: string) => Promise<void>;
  /** Waits until the last reader has been seen to go. */
  readonly dropSlot: (name: string) => Promise<void>;
}

/** The one of the local mode, with a small limit on connections and a replica of its own settings. */
export async function replicatedDatabase(site: Site): Promise<ReplicatedDatabase> {
  const ports = await freePorts();
  const folder = join(site.folder, 'postgres');
  const local = { ports, folder, logs: site.folder, report: site.report };
  const { primary, replica, pauseReplay, resumeReplay } = await startPostgres(local);
  site.onStop(primary.stop);
  site.onStop(replica.stop);
  const onPrimary = (statement: string) => onDatabase(ports.primary, statement);
  const dropSlot = async (name: string) => {
    await onPrimary(untilNobodyReads(name));
    await onPrimary(`SELECT pg_drop_replication_slot('${name}')`);
  };
  for (const statement of ofTheRecording) await onPrimary(statement);
  await replica.stop();
  await dropSlot('replica');
  await primary.stop();
  await primary.start();
  const own = await ownReplicas(site, folder, ports);
  return { ports, primary, pauseReplay, resumeReplay, onPrimary, dropSlot, ...own };
}

const ofTheRecording = [
  `ALTER SYSTEM SET max_connections = ${maxConnections}`,
  `ALTER SYSTEM SET reserved_connections = ${reservedConnections}`,
  'GRANT pg_use_reserved_connections TO monitor',
  `SELECT pg_create_physical_replication_slot('${slot}', true)`,
  'CREATE TABLE jobs (id bigint PRIMARY KEY, state text)',
  "INSERT INTO jobs SELECT id, 'queued' FROM generate_series(1, 1000) id",
];

async function ownReplicas(site: Site, folder: string, ports: Ports) {
  const stream = await cuttableStream(ports.primary);
  site.onStop(stream.close);
  const server = async (...own: string[]) => {
    const program = await replicaProgram(folder, ports.replica, stream.port, own);
    const log = join(site.folder, 'replica.log');
    const one = restartable({ ...program, log }, site.report);
    site.onStop(one.stop);
    return one;
  };
  const replica = await server(`primary_slot_name=${slot}`);
  return { stream, replica, replicaWithoutSlot: await server() };
}

const untilNobodyReads = (slotName: string) => `DO $$ BEGIN
  WHILE EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '${slotName}' AND active)
  LOOP PERFORM pg_sleep(0.05); END LOOP;
END $$`;

async function replicaProgram(
  folder: string,
  port: number,
  primaryPort: number,
  own: readonly string[],
): Promise<Omit<Program, 'log'>> {
  const { postgres } = await postgresPrograms();
  const { prefix, uid } = await unprivileged(postgres);
  const settings = [
    ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=32MB'],
    ...['shared_preload_libraries=pg_stat_statements', 'fsync=off', `port=${port}`],
    ...['wal_receiver_status_interval=1s'],
    `primary_conninfo=host=127.0.0.1 port=${primaryPort} user=postgres application_name=replica`,
    ...['wal_retrieve_retry_interval=500ms', ...own],
  ];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const [command = '', ...args] = [...prefix, postgres, '-D', join(folder, 'replica'), ...flags];
  return {
    name: 'replica',
    command,
    args,
    stopSignal: 'SIGINT',
    ...(uid === undefined ? {} : { uid }),
    healthy: () =>
      onDatabase(port, 'SELECT 1').then(
        () => true,
        () => false,
      ),
  };
}

async function onDatabase(port: number, statement: string): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl(port, 'postgres'),
    statement_timeout: 20_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
