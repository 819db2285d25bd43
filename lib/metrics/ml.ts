import { counter, gauge, histogram, upTo } from './define.js';

const queue = upTo(10);
const task_type = upTo(10);

export const taskOutcomes = ['ok', 'failed', 'timeout'] as const;

/** BullMQ's words; a task with a priority is `prioritized` and not `waiting`. */
export const queueStates = [
  'waiting',
  'prioritized',
  'delayed',
  'active',
  'failed',
  'paused',
  'waiting-children',
] as const;

const seconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Every process reports the same queue: the highest of them, never their sum, is its length. */
export const mlQueueTasks = gauge(
  'ml_queue_tasks',
  'Tasks in the queue by state',
  { queue, state: queueStates },
  'max',
);

export const mlQueueOldestTaskAge = gauge(
  'ml_queue_oldest_task_age_seconds',
  'Age of the oldest waiting task',
  { queue },
  'max',
);

export const mlTaskDuration = histogram(
  'ml_task_duration_seconds',
  'Processing time of tasks',
  { queue, task_type, outcome: taskOutcomes },
  seconds,
);

export const mlTaskWaitDuration = histogram(
  'ml_task_wait_duration_seconds',
  'Time that tasks waited in the queue',
  { queue },
  seconds,
);

export const mlTasks = counter('ml_tasks_total', 'Finished tasks', {
  queue,
  task_type,
  outcome: taskOutcomes,
});

export const mlWorkers = gauge('ml_workers', 'Workers by state', {
  queue,
  state: ['busy', 'idle'],
});
