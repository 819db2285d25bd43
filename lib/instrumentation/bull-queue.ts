import type { AnyRegistry } from '../metrics/label-guard.js';
import { type QueueOptions, watchTasks } from './queue.js';

/** What is read of a task of BullMQ. */
export interface QueuedTask {
  readonly timestamp: number;
  readonly opts?: { readonly delay?: number };
}

/** What is asked of a `Queue` of BullMQ. */
export interface QueueLike {
  getJobCounts(): Promise<Readonly<Record<string, number>>>;
  getJobs(
    types: ('waiting' | 'prioritized')[],
    start: number,
    end: number,
    isAscending: boolean,
  ): Promise<readonly (QueuedTask | undefined)[]>;
  isPaused(): Promise<boolean>;
}

/** Measures a `Queue` of BullMQ as `watchTasks` does. Tasks of a paused queue wait for nobody. */
export function watchQueue(
  registry: AnyRegistry,
  queue: QueueLike,
  options: QueueOptions,
): () => void {
  return watchTasks(registry, options, async () => {
    const [counts, heads, isPaused] = await Promise.all([
      queue.getJobCounts(),
      queue.getJobs(['waiting', 'prioritized'], 0, 0, true),
      queue.isPaused(),
    ]);
    if (!isPaused) return { tasks: counts, oldestTaskAgeSeconds: oldestAge(heads) };
    // BullMQ 6 leaves them among the waiting ones; earlier versions move them away.
    const { waiting = 0, prioritized = 0, paused = 0 } = counts;
    const tasks = { ...counts, waiting: 0, prioritized: 0, paused: waiting + prioritized + paused };
    return { tasks, oldestTaskAgeSeconds: 0 };
  });
}

/** A delayed task is late from when it was due. */
function oldestAge(heads: readonly (QueuedTask | undefined)[]): number {
  const now = Date.now();
  const ages = heads.flatMap((task) =>
    task ? [(now - task.timestamp - (task.opts?.delay ?? 0)) / 1000] : [],
  );
  return Math.max(0, ...ages);
}
