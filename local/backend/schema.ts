import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';

const RETRY_MS = 300;
const CONNECT_MS = 1_500;

// The ids of segmentations repeat after 10 000, so that weeks of load do not fill the disk.
const schema = `
  create table if not exists cells (
    id integer primary key,
    well text not null,
    area_um2 real not null,
    segmented_at timestamptz
  );
  create sequence if not exists segmentation_ids maxvalue 10000 cycle;
  create table if not exists segmentations (
    id integer primary key,
    cell_id integer not null references cells,
    model text not null,
    state text not null,
    requested_at timestamptz not null default now()
  );
  insert into cells
  select id, chr(65 + id % 8) || id % 12 + 1, 80 + id % 50
  from generate_series(1, 200) as id
  on conflict do nothing;
`;

/** Creates and fills the tables as soon as the server lets it, beside the pool that is measured. */
export function prepareSchema(url: string) {
  const preparation = { isReady: false, isStopped: false };
  const attempt = async () => {
    while (!preparation.isReady && !preparation.isStopped) {
      preparation.isReady = await create(url).catch(() => false);
      if (!preparation.isReady) await setTimeout(RETRY_MS);
    }
  };
  void attempt();
  return preparation;
}

async function create(url: string): Promise<true> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // It may break between two statements, and would end the process unheard.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(schema);
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}
