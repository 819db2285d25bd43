import { engine } from '../../local/engines.js';
import { knownPorts } from '../../local/environment.js';
import { postgresExporter } from '../../local/exporters.js';
import { start } from '../../local/process.js';
import { type State, states, statesWithoutSlot } from './postgres-states.js';
import type { Recording, Site } from './recording.js';
import { type ReplicatedDatabase, replicatedDatabase, slot } from './replicated-database.js';
import { fixtureOf, ofEveryGoProgram, scrapeUntil } from './scrape.js';

type Files = Record<string, string>;

/** A primary and its replica in every state that alerts tell apart. */
export const postgres: Recording = {
  name: 'postgres',
  async record(site) {
    const database = await replicatedDatabase(site);
    await exporters(site, database);
    const files: Files = {};
    await database.replica.start();
    for (const state of states) Object.assign(files, await recorded(state, database, site));
    await database.replica.stop();
    await database.dropSlot(slot);
    await database.replicaWithoutSlot.start();
    for (const state of statesWithoutSlot) {
      Object.assign(files, await recorded(state, database, site));
    }
    return files;
  },
};

async function exporters({ folder, report, onStop }: Site, { ports }: ReplicatedDatabase) {
  const binary = await engine('postgres_exporter', report);
  for (const name of ['primary', 'replica'] as const) {
    const options = { binary, logs: folder, port: ports[`${name}Exporter`] };
    const exporter = await start(postgresExporter(`${name}-exporter`, ports[name], options));
    onStop(exporter.stop);
  }
}

async function recorded(state: State, database: ReplicatedDatabase, site: Site): Promise<Files> {
  const { ports } = database;
  const url = (name: 'primary' | 'replica') =>
    `http://127.0.0.1:${ports[`${name}Exporter`]}/metrics`;
  await scrapeUntil(url('primary'), /^pg_stat_replication_pg_wal_lsn_diff\{.*"streaming"/m);
  await scrapeUntil(url('replica'), /^pg_replication_lag_seconds 0$/m);
  site.report(state.name);
  const leave = await state.enter(database);
  const primary = await scrapeUntil(url('primary'), ...state.primary);
  const replica = await scrapeUntil(url('replica'), ...state.replica);
  await leave();
  const files = {
    [`postgres-${state.name}.primary.txt`]: primary,
    ...(state.replica.length > 0 && { [`postgres-${state.name}.replica.txt`]: replica }),
  };
  const tidy = tidying(state, database);
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, fixtureOf(text, tidy)]),
  );
}

function tidying({ name }: State, { ports }: ReplicatedDatabase) {
  const known = (port: 'primary' | 'replica') =>
    [`127.0.0.1:${ports[port]}`, `127.0.0.1:${knownPorts[port]}`] as const;
  const keep = name === 'healthy' ? isWatched : (family: string) => tellsTheState.test(family);
  return { exporter: 'postgres_exporter', keep, replace: [known('primary'), known('replica')] };
}

const connectionLimit = /^pg_settings_(?:\w+_)?(?:max|reserved)_connections$/;

/** Hundreds of settings that nobody watches are left out. */
const isWatched = (family: string) =>
  !ofEveryGoProgram.test(family) &&
  (!family.startsWith('pg_settings_') || connectionLimit.test(family));

/** The rest is the same as of a healthy pair. */
const tellsTheState = new RegExp(
  [
    ...[connectionLimit.source, '^pg_up$', '^pg_stat_activity_count$', '^pg_replication'],
    ...['^pg_stat_replication', '^pg_stat_wal_receiver', '^pg_long_running_transactions'],
    ...['^pg_(?:exporter_last_scrape_error|scrape_collector_success)$', '_build_info$'],
  ].join('|'),
);
