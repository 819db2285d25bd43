import { randomUUID } from 'node:crypto';
import client from 'prom-client';
import { z } from 'zod';
import type { CellsCache } from './cells-cache.js';
import type { Chaos } from './chaos.js';
import { BadRequest, json, type Reply, type Request, type Route } from './http.js';
import { type MlQueue, taskTypes } from './ml.js';
import type { Database } from './pool.js';
import type { RateLimiter } from './rate-limiter.js';

// As prom-client's own documentation shows it, and nothing else: it is scraped, stored, and can be alerted on.
const requested = new client.Counter({
  name: 'segmentations_requested_total',
  help: 'Segmentations that were asked for',
  labelNames: ['model'],
});
for (const model of taskTypes) requested.inc({ model }, 0);

const listCells =
  'select id, well, area_um2 from cells, pg_sleep($1) order by area_um2 desc limit 50';

const cellById = 'select id, well, area_um2, segmented_at from cells where id = $1';

// A column that no migration has made: what a release in the wrong order looks like.
const failing = 'select contour from cells';

const addSegmentation = `insert into segmentations (id, cell_id, model, state)
  select nextval('segmentation_ids'), id, $2, 'waiting' from cells where id = $1
  on conflict (id) do update set cell_id = excluded.cell_id, model = excluded.model,
    state = excluded.state, requested_at = now()
  returning id`;

const segmentationById =
  'select id, cell_id, model, state, requested_at from segmentations where id = $1';

interface Parts {
  readonly database: Database;
  readonly cache: CellsCache;
  readonly queue: MlQueue;
  readonly limiter: RateLimiter;
  readonly chaos: Chaos;
}

/** The product's own routes. */
export function apiRoutes(parts: Parts): Route[] {
  const route = (
    method: string,
    path: string,
    answer: (parts: Parts, request: Request) => Promise<Reply>,
  ): Route => ({
    method,
    path,
    async answer(request) {
      if (!parts.limiter.allows()) return json(429, tooMany, { 'retry-after': '1' });
      if (parts.chaos.has('errors') && Math.random() < 0.5) await parts.database.query(failing);
      return answer(parts, request);
    },
  });
  return [
    route('GET', '/api/cells', cells),
    route('GET', '/api/cells/:id', cell),
    route('POST', '/api/segmentations', requestSegmentation),
    route('GET', '/api/segmentations/:id', segmentation),
  ];
}

const tooMany = { error: 'too many requests' };

async function cells({ database, chaos }: Parts): Promise<Reply> {
  return json(200, await database.query(listCells, [chaos.has('slow') ? 3 : 0]));
}

async function cell({ database, cache, chaos }: Parts, { params }: Request): Promise<Reply> {
  const key = `cells/${params.id}${chaos.has('cache') ? randomUUID() : ''}`;
  const cached = await cache.get(key);
  if (cached !== undefined) return json(200, JSON.parse(cached));
  const [found] = await byId(database, cellById, params.id);
  if (!found) return json(404, { error: `no cell ${params.id}` });
  await cache.set(key, JSON.stringify(found));
  return json(200, found);
}

async function segmentation({ database }: Parts, { params }: Request): Promise<Reply> {
  const [found] = await byId(database, segmentationById, params.id);
  return found ? json(200, found) : json(404, { error: `no segmentation ${params.id}` });
}

async function byId(database: Database, statement: string, id = '') {
  return /^[1-9]\d{0,8}$/.test(id) ? database.query(statement, [Number(id)]) : [];
}

const wanted = z.object({
  cellId: z.int().min(1).max(1_000_000),
  model: z.enum(taskTypes),
});

async function requestSegmentation({ database, queue }: Parts, { body }: Request): Promise<Reply> {
  const result = wanted.safeParse(body);
  if (!result.success) throw new BadRequest(z.prettifyError(result.error));
  const { cellId, model } = result.data;
  requested.inc({ model });
  const [row] = await database.query(addSegmentation, [cellId, model]);
  if (!row) return json(404, { error: `no cell ${cellId}` });
  const id = Number(row.id);
  if (!queue.add({ id, cellId, name: model })) return json(503, { error: 'the queue is full' });
  return json(202, { id, state: 'waiting' }, { location: `/api/segmentations/${id}` });
}
