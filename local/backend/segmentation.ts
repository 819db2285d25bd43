import { setTimeout } from 'node:timers/promises';
import type { CellsCache } from './cells-cache.js';
import type { Task } from './ml.js';
import type { Database } from './pool.js';
import type { Progress } from './websocket.js';

const finish = `update cells set area_um2 = $2, segmented_at = now() where id = $1
  returning id, well, area_um2, segmented_at`;

const enter = 'update segmentations set state = $2 where id = $1';

/** What a worker does with one task: a short while of inference, and its result in the database. */
export function segmentation(
  database: Database,
  cache: CellsCache,
  publish: (progress: Progress) => void,
): (task: Task) => Promise<void> {
  return async ({ id, cellId, name }) => {
    await database.query(enter, [id, 'active']);
    publish({ type: 'progress', id, state: 'active' });
    await setTimeout(inferenceMs[name]);
    const [cell] = await database.query(finish, [cellId, 80 + Math.random() * 50]);
    await database.query(enter, [id, 'done']);
    if (cell) await cache.replace(`cells/${cellId}`, JSON.stringify(cell));
    publish({ type: 'progress', id, state: 'done' });
  };
}

const inferenceMs = { cells: 120, spheroids: 300 };
