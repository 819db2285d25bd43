import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { freePorts, type Ports } from '../../local/environment.js';
import { type Account, databaseUrl, type Postgres, startPostgres } from '../../local/postgres.js';

let folder: string;
let ports: Ports;
let postgres: Postgres;

const lines: string[] = [];

const started = () =>
  startPostgres({
    folder: join(folder, 'data'),
    logs: join(folder, 'logs'),
    ports,
    report: (line) => lines.push(line),
  });

const stopped = async () => {
  await postgres.replica.stop();
  await postgres.primary.stop();
};

async function answer(port: number, account: Account, statement: string) {
  const client = new Client({ connectionString: databaseUrl(port, account) });
  await client.connect();
  try {
    const { rows } = await client.query(statement);
    return rows;
  } finally {
    await client.end();
  }
}

const onReplica = () => answer(ports.replica, 'postgres', 'SELECT text FROM notes ORDER BY id');

const untilReplicated = async (count: number) => {
  const deadline = Date.now() + 10_000;
  const notes = async () => (await onReplica().catch(() => [])).length;
  while ((await notes()) < count && Date.now() < deadline) await pause(50);
  return onReplica();
};

const write = (text: string) =>
  answer(ports.primary, 'app', `INSERT INTO notes (text) VALUES ('${text}')`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  chmodSync(folder, 0o755);
  ports = await freePorts();
  postgres = await started();
  await answer(
    ports.primary,
    'app',
    'CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, text text)',
  );
}, 60_000);

afterAll(async () => {
  await stopped();
  rmSync(folder, { recursive: true });
}, 30_000);

describe('startPostgres', () => {
  test('starts a replica that streams through a slot', async () => {
    await write('first');

    const notes = await untilReplicated(1);

    expect(notes).toEqual([{ text: 'first' }]);
    const slots = 'SELECT slot_name, active FROM pg_replication_slots';
    expect(await answer(ports.primary, 'monitor', slots)).toEqual([
      { slot_name: 'replica', active: true },
    ]);
  });

  test('lets the exporter read statements, and keeps its superuser from the backend', async () => {
    const calls = await answer(
      ports.primary,
      'monitor',
      'SELECT count(*) > 0 AS some FROM pg_stat_statements WHERE query IS NOT NULL',
    );
    const roles = await answer(
      ports.primary,
      'app',
      'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
    );

    expect(calls).toEqual([{ some: true }]);
    expect(roles).toEqual([{ rolsuper: false }]);
  });

  test('pauses the replay of what still arrives, and resumes it', async () => {
    await postgres.pauseReplay();
    await write('second');
    await pause(300);
    const paused = await onReplica();

    await postgres.resumeReplay();

    expect(paused).toHaveLength(1);
    expect(await untilReplicated(2)).toHaveLength(2);
  });

  test('survives the loss of its primary', async () => {
    await postgres.primary.stop();
    const refused = write('lost');
    await expect(refused).rejects.toThrow('ECONNREFUSED');

    await postgres.primary.start();
    await write('third');

    expect(await untilReplicated(3)).toHaveLength(3);
  }, 20_000);

  test('keeps its data between starts', async () => {
    await stopped();

    postgres = await started();

    expect(await untilReplicated(3)).toEqual([
      { text: 'first' },
      { text: 'second' },
      { text: 'third' },
    ]);
    expect(lines).toEqual([]);
  }, 30_000);
});
