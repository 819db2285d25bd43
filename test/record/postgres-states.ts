import { Client } from 'pg';
import { databaseUrl } from '../../local/postgres.js';
import {
  maxConnections,
  type ReplicatedDatabase,
  reservedConnections,
} from './replicated-database.js';

/** A state that alerts tell apart. */
export interface State {
  readonly name: string;
  /** Brings a healthy database there; what it returns brings it back. */
  readonly enter: (database: ReplicatedDatabase) => Promise<() => Promise<unknown>>;
  /** What a scrape says then, and not before. */
  readonly primary: readonly RegExp[];
  readonly replica: readonly RegExp[];
}

const up = /^pg_up 1$/m;
const down = /^pg_up 0$/m;
const streaming = /^pg_stat_replication_pg_wal_lsn_diff\{.*state="streaming".*\} 0$/m;
const slotIsRead = /^pg_replication_slot_slot_is_active\{.*\} 1$/m;
const slotIsUnread = /^pg_replication_slot_slot_is_active\{.*\} 0$/m;
const inTime = /^pg_replication_lag_seconds 0$/m;
const late = /^pg_replication_lag_seconds (?:1\d|[2-9]\d)(?:\.\d+)?$/m;
const noStream = /^(?![\s\S]*\npg_stat_replication_pg_wal_lsn_diff)/;

const MIB = 1024 * 1024;

/** In the order in which they are recorded; each begins and ends with both servers healthy. */
export const states: readonly State[] = [
  {
    name: 'healthy',
    enter: async () => async () => {},
    primary: [up, streaming, slotIsRead],
    replica: [up, inTime, /^pg_stat_wal_receiver_\w+\{/m],
  },
  {
    name: 'connections-full',
    enter: async ({ ports }) => allConnections(ports.primary),
    primary: [up, streaming, /^pg_stat_activity_count\{.*usename="app".*\} 24$/m],
    replica: [],
  },
  {
    name: 'replay-paused',
    async enter({ pauseReplay, resumeReplay, onPrimary }) {
      await pauseReplay();
      await onPrimary("UPDATE jobs SET state = 'running'");
      return resumeReplay;
    },
    primary: [up, slotIsRead],
    replica: [up, late],
  },
  {
    name: 'stream-cut',
    async enter({ stream }) {
      stream.cut();
      return async () => stream.mend();
    },
    primary: [up, slotIsUnread, noStream],
    replica: [up, inTime],
  },
  {
    name: 'replica-stopped',
    async enter({ replica }) {
      await replica.stop();
      return replica.start;
    },
    primary: [up, slotIsUnread, noStream],
    replica: [down],
  },
  {
    name: 'primary-stopped',
    async enter({ primary }) {
      await primary.stop();
      return primary.start;
    },
    primary: [down],
    replica: [up, inTime],
  },
];

/** The same of a replica that reads no slot, which is how many are set up. */
export const statesWithoutSlot: readonly State[] = [
  {
    name: 'healthy-without-slot',
    enter: async () => async () => {},
    primary: [up, streaming],
    replica: [up, inTime],
  },
  {
    name: 'stream-cut-without-slot',
    // In the middle of a record, which is the one case where the lag does not read 0.
    async enter({ stream, onPrimary }) {
      await onPrimary("UPDATE jobs SET state = 'done'");
      stream.cutAfter(MIB);
      await onPrimary(`SELECT pg_logical_emit_message(true, 'x', repeat('x', ${4 * MIB}))`);
      return async () => stream.mend();
    },
    primary: [up, noStream],
    replica: [up, late],
  },
];

/** All that an ordinary role may have but one, which the exporter takes. */
async function allConnections(port: number): Promise<() => Promise<unknown>> {
  // PostgreSQL keeps 3 for superusers.
  const ordinary = maxConnections - 3 - reservedConnections;
  const clients = Array.from(
    { length: ordinary - 1 },
    () => new Client({ connectionString: databaseUrl(port, 'app') }),
  );
  for (const client of clients) await client.on('error', () => {}).connect();
  return () => Promise.all(clients.map((client) => client.end()));
}
