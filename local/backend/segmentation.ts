import { setTimeout } from 'node:timers/promises';
import type { Cache } from './cache.js';
import type { Task } from './ml.js';
import type { Database, Statement } from './pool.js';

const finish = {
  operation: 'UPDATE',
  collection: 'cells',
  text: 'update cells set area_um2 = $2, segmented_at = now() where id = $1',
} as const satisfies Statement;

const enter = {
  operation: 'UPDATE',
  collection: 'segmentations',
  text: 'update segmentations set state = $2 where id = $1',
} as const satisfies Statement;

/** What a worker does with one task: a short while of inference, and its result in the database. */
export function segmentation(
  database: Database,
  cache: Cache,
  publish: (progress: object) => void,
): (task: Task) => Promise<void> {
  return async ({ id, cellId, type }) => {
    await database.query(enter, [id, 'active']);
    publish({ type: 'progress', id, state: 'active' });
    await setTimeout(inferenceMs[type]);
    await database.query(finish, [cellId, 80 + Math.random() * 50]);
    await database.query(enter, [id, 'done']);
    cache.delete(`cells/${cellId}`);
    publish({ type: 'progress', id, state: 'done' });
  };
}

const inferenceMs = { cells: 120, spheroids: 300 };
