import { setTimeout } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { measuredTask, watchTasks } from '../../lib/instrumentation/index.js';

export const taskTypes = ['cells', 'spheroids'] as const;

export interface Task {
  readonly id: number;
  readonly cellId: number;
  /** Its type. */
  readonly name: (typeof taskTypes)[number];
}

interface Waiting extends Task {
  /** When it came, in milliseconds since 1970. */
  readonly timestamp: number;
}

export interface MlQueue {
  /** Whether the task was taken; a full queue takes none. */
  add(task: Task): boolean;
  stop(): void;
}

/** What is wrong with the workers, if anything. */
export interface Workers {
  /** They take no task. */
  isStalled(): boolean;
  /** Each task takes so much longer. */
  delayMs(): number;
}

const WORKERS = 4;
const MAX_WAITING = 5_000;
const KEPT_FAILED = 100;
const TASK_TIMEOUT_MS = 3_000;
const RESUME_MS = 100;
const queue = 'segmentation';

/** A queue in memory with workers of its own. */
export function mlQueue(
  registry: Registry,
  run: (task: Task) => Promise<void>,
  workers: Workers,
): MlQueue {
  const waiting: Waiting[] = [];
  const state = { active: 0, failed: 0 };
  const options = { queue, concurrency: WORKERS, types: taskTypes };
  const measured = measuredTask(registry, options, (task: Waiting) =>
    inTime(async () => {
      await setTimeout(workers.delayMs());
      await run(task);
    }),
  );

  const work = async (task: Waiting) => {
    state.active += 1;
    await measured(task).catch(() => {
      // Like BullMQ's removeOnFail: the last failed tasks are kept, not all that ever failed.
      state.failed = Math.min(state.failed + 1, KEPT_FAILED);
    });
    state.active -= 1;
    take();
  };
  const take = () => {
    while (state.active < WORKERS && !workers.isStalled()) {
      const next = waiting.shift();
      if (!next) return;
      void work(next);
    }
  };

  const resume = setInterval(take, RESUME_MS);
  watchTasks(registry, { name: queue }, () => ({
    tasks: { waiting: waiting.length, ...state },
    oldestTaskAgeSeconds: waiting[0] ? (Date.now() - waiting[0].timestamp) / 1000 : 0,
  }));
  return {
    add(task) {
      if (waiting.length >= MAX_WAITING) return false;
      waiting.push({ ...task, timestamp: Date.now() });
      take();
      return true;
    },
    stop() {
      clearInterval(resume);
      waiting.length = 0;
    },
  };
}

/** Gives up after a while, by the error that the measurement knows as a time-out. */
function inTime(run: () => Promise<void>): Promise<void> {
  const limit = setTimeout(TASK_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new DOMException('the task took too long', 'TimeoutError');
  });
  return Promise.race([run(), limit]);
}
