import { readAtScrape } from '../metrics/at-scrape.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { mlTaskDuration, mlTasks, mlTaskWaitDuration, mlWorkers } from '../metrics/ml.js';
import { register } from '../metrics/register.js';

/** What is read of a task; a `Job` of BullMQ has all of it. */
export interface TaskLike {
  /** The type of the task. */
  readonly name: string;
  /** When it entered the queue, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly opts?: { readonly delay?: number };
  readonly attemptsMade?: number;
}

export interface WorkerOptions {
  readonly queue: string;
  /** How many tasks this process works on at a time. */
  readonly concurrency: number;
  /** The types that tasks are known to have. @default - none, each is born with its first task */
  readonly types?: readonly string[];
}

/** Puts tasks in their place again, says BullMQ: they have not failed. */
const unfinished = new Set([
  'DelayedError',
  'WaitingError',
  'WaitingChildrenError',
  'RateLimitError',
]);

/**
 * Measures a function that works on tasks, and stands in for it. A task that ends with a
 * `TimeoutError`, as `AbortSignal.timeout` makes it, has timed out.
 */
export function measuredTask<Task extends TaskLike, Rest extends readonly unknown[], Result>(
  registry: AnyRegistry,
  options: WorkerOptions,
  work: (task: Task, ...rest: Rest) => Promise<Result>,
): ((task: Task, ...rest: Rest) => Promise<Result>) & { stop(): void } {
  const { queue, concurrency } = options;
  const finished = measurement(registry, options);
  const waits = register(mlTaskWaitDuration, registry);
  waits.zero({ queue });
  let busy = 0;
  const stop = readAtScrape(registry, mlWorkers, () => [
    [{ queue, state: 'busy' }, busy] as const,
    [{ queue, state: 'idle' }, Math.max(0, concurrency - busy)] as const,
  ]);
  const run = async (task: Task, ...rest: Rest) => {
    busy += 1;
    // A later attempt has waited for its turn to fail again.
    if (!task.attemptsMade) waits.observe({ queue }, waitSeconds(task));
    const start = performance.now();
    const end = (outcome: Outcome) => finished(task.name, outcome, performance.now() - start);
    try {
      const result = await work(task, ...rest);
      end('ok');
      return result;
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome) end(outcome);
      throw error;
    } finally {
      busy -= 1;
    }
  };
  return Object.assign(run, { stop });
}

type Outcome = 'ok' | 'failed' | 'timeout';

function measurement(registry: AnyRegistry, { queue, types = [] }: WorkerOptions) {
  const durations = register(mlTaskDuration, registry);
  const tasks = register(mlTasks, registry);
  for (const task_type of types) {
    for (const metric of [durations, tasks]) metric.zero({ queue, task_type });
  }
  return (task_type: string, outcome: Outcome, durationMs: number) => {
    durations.observe({ queue, task_type, outcome }, durationMs / 1000);
    tasks.inc({ queue, task_type, outcome });
  };
}

function waitSeconds({ timestamp, opts }: TaskLike): number {
  return Math.max(0, (Date.now() - timestamp - (opts?.delay ?? 0)) / 1000);
}

function outcomeOf(error: unknown): Outcome | undefined {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : '';
  if (unfinished.has(String(name))) return undefined;
  return name === 'TimeoutError' ? 'timeout' : 'failed';
}
