import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { mlQueue, type Task, type Workers } from '../../../local/backend/ml.js';
import { samples, until } from './backend.js';

const task = (id: number): Task => ({ id, cellId: 1, name: 'cells' });

describe('mlQueue', () => {
  const opened: { stop(): void }[] = [];

  afterEach(() => {
    for (const each of opened.splice(0)) each.stop();
  });

  function started(run: (task: Task) => Promise<void>, workers: Partial<Workers> = {}) {
    const registry = new Registry();
    const well: Workers = { isStalled: () => false, delayMs: () => 0 };
    const queue = mlQueue(registry, run, { ...well, ...workers });
    opened.push(queue);
    return { queue, scrape: async () => samples(await registry.metrics()) };
  }

  test('works on four tasks at a time, the oldest first', async () => {
    const taken: number[] = [];
    const { queue, scrape } = started(async ({ id }) => {
      taken.push(id);
      await pause(50);
    });

    for (const id of [1, 2, 3, 4, 5, 6]) queue.add(task(id));

    const busy = await scrape();
    expect(busy.sum('ml_queue_tasks', { state: 'active' })).toBe(4);
    expect(busy.sum('ml_queue_tasks', { state: 'waiting' })).toBe(2);
    expect(busy.sum('ml_workers', { state: 'idle' })).toBe(0);
    await until(scrape, (after) => after.sum('ml_tasks_total', { outcome: 'ok' }) === 6);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('goes on after a task that fails', async () => {
    const { queue, scrape } = started(async ({ id }) => {
      if (id === 1) throw new Error('no such model');
    });

    queue.add(task(1));
    queue.add(task(2));

    const after = await until(scrape, (seen) => seen.sum('ml_tasks_total') === 2);
    expect(after.sum('ml_tasks_total', { outcome: 'failed' })).toBe(1);
    expect(after.sum('ml_queue_tasks', { state: 'failed' })).toBe(1);
  });

  test('gives up a task that takes more than three seconds', async () => {
    const { queue, scrape } = started(() => pause(4_000, undefined, { ref: false }));

    queue.add(task(1));

    const after = await until(scrape, (seen) => seen.sum('ml_tasks_total') === 1);
    expect(after.sum('ml_tasks_total', { outcome: 'timeout' })).toBe(1);
  });

  test('takes as much longer for each task as it is told', async () => {
    const { queue, scrape } = started(async () => {}, { delayMs: () => 200 });

    queue.add(task(1));

    const after = await until(scrape, (seen) => seen.sum('ml_tasks_total') === 1);
    expect(after.sum('ml_tasks_total', { outcome: 'ok' })).toBe(1);
    expect(after.sum('ml_task_duration_seconds_sum')).toBeGreaterThan(0.19);
  });

  test('takes nothing while it is stalled, and goes on afterwards', async () => {
    const state = { isStalled: true };
    const { queue, scrape } = started(async () => {}, { isStalled: () => state.isStalled });
    queue.add(task(1));
    await pause(150);
    const stalled = await scrape();

    state.isStalled = false;

    const after = await until(scrape, (seen) => seen.sum('ml_tasks_total') === 1);
    expect(stalled.sum('ml_queue_tasks', { state: 'waiting' })).toBe(1);
    expect(stalled.sum('ml_queue_oldest_task_age_seconds')).toBeGreaterThan(0.1);
    expect(after.sum('ml_queue_oldest_task_age_seconds')).toBe(0);
    expect(after.sum('ml_task_wait_duration_seconds_sum')).toBeGreaterThan(0.1);
  });

  test('refuses a task when five thousand wait', async () => {
    const { queue } = started(async () => {}, { isStalled: () => true });

    const taken = Array.from({ length: 5_001 }, (_, id) => queue.add(task(id)));

    expect(taken.filter(Boolean)).toHaveLength(5_000);
    expect(taken.at(-1)).toBe(false);
  });
});
