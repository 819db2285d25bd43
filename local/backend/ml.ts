import { setTimeout } from 'node:timers/promises';
import type { Metrics } from './metrics.js';

export type TaskType = 'cells' | 'spheroids';

export interface Task {
  readonly id: number;
  readonly cellId: number;
  readonly type: TaskType;
}

export interface MlQueue {
  /** Whether the task was taken; a full queue takes none. */
  add(task: Task): boolean;
  stop(): void;
}

interface Waiting {
  readonly task: Task;
  readonly since: number;
}

type Outcome = 'ok' | 'failed' | 'timeout';

const WORKERS = 4;
const MAX_WAITING = 5_000;
const KEPT_FAILED = 100;
const TASK_TIMEOUT_MS = 3_000;
const RESUME_MS = 100;
const queue = 'segmentation';

/** A queue in memory with workers of its own, which take no task while the queue is stalled. */
export function mlQueue(
  metrics: Metrics,
  run: (task: Task) => Promise<void>,
  isStalled: () => boolean,
): MlQueue {
  const waiting: Waiting[] = [];
  const state = { busy: 0, failed: 0 };

  const work = async ({ task, since }: Waiting) => {
    state.busy += 1;
    metrics.ml.wait.observe({ queue }, secondsSince(since));
    const outcome = await finish(metrics.ml, task, run);
    // Like BullMQ's removeOnFail: the last failed tasks are kept, not all that ever failed.
    if (outcome !== 'ok') state.failed = Math.min(state.failed + 1, KEPT_FAILED);
    state.busy -= 1;
    take();
  };
  const take = () => {
    while (state.busy < WORKERS && !isStalled()) {
      const next = waiting.shift();
      if (!next) return;
      void work(next);
    }
  };

  const resume = setInterval(take, RESUME_MS);
  metrics.onScrape(() => read(metrics.ml, waiting, state));
  return {
    add(task) {
      if (waiting.length >= MAX_WAITING) return false;
      waiting.push({ task, since: performance.now() });
      take();
      return true;
    },
    stop() {
      clearInterval(resume);
      waiting.length = 0;
    },
  };
}

function read(
  metrics: Metrics['ml'],
  waiting: readonly Waiting[],
  { busy, failed }: { busy: number; failed: number },
) {
  const [oldest] = waiting;
  metrics.tasks.set({ queue, state: 'waiting' }, waiting.length);
  metrics.tasks.set({ queue, state: 'active' }, busy);
  metrics.tasks.set({ queue, state: 'failed' }, failed);
  metrics.oldestAge.set({ queue }, oldest ? secondsSince(oldest.since) : 0);
  metrics.workers.set({ queue, state: 'busy' }, busy);
  metrics.workers.set({ queue, state: 'idle' }, WORKERS - busy);
}

async function finish(metrics: Metrics['ml'], task: Task, run: (task: Task) => Promise<void>) {
  const stop = metrics.duration.startTimer({ queue, task_type: task.type });
  const outcome = await Promise.race<Outcome>([
    run(task).then(
      () => 'ok',
      () => 'failed',
    ),
    setTimeout(TASK_TIMEOUT_MS, 'timeout', { ref: false }),
  ]);
  stop({ outcome });
  metrics.finished.inc({ queue, task_type: task.type, outcome });
  return outcome;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
