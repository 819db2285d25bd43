import { setTimeout } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { measuredTask } from '../../lib/instrumentation/worker';
import { samples, zeros } from '../support/http-samples';

const options = { queue: 'segmentation', concurrency: 2, types: ['cells'] };
const task = { name: 'cells', timestamp: 0 };

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const finished = () => samples(registry, 'ml_tasks_total');

class WaitingChildrenError extends Error {
  override name = 'WaitingChildrenError';
}

describe('measuredTask', () => {
  test('has the outcomes of known types at 0 before the first task', async () => {
    measuredTask(registry, options, async () => {});

    expect(await zeros(registry, 'ml_tasks_total')).toEqual([
      'segmentation cells ok',
      'segmentation cells failed',
      'segmentation cells timeout',
    ]);
  });

  test('works with all that it is given, and answers the same', async () => {
    const work = measuredTask(registry, options, async (own: typeof task, token?: string) => [
      own.name,
      token,
    ]);

    const answer: (string | undefined)[] = await work(task, 'token');

    expect(answer).toEqual(['cells', 'token']);
    expect(await finished()).toEqual({ 'segmentation cells ok': 1 });
  });

  test.each([
    ['failed', 'an error', new Error('no model')],
    ['failed', 'a text', 'a text'],
    ['timeout', 'a time-out', new DOMException('too long', 'TimeoutError')],
  ])('counts as %s what ends with %s, and ends the same', async (outcome, _, error) => {
    const work = measuredTask(registry, options, () => Promise.reject(error));

    await expect(work(task)).rejects.toBe(error);

    expect(await finished()).toEqual({ [`segmentation cells ${outcome}`]: 1 });
    expect(await samples(registry, 'ml_task_duration_seconds_count')).toEqual({
      [`segmentation cells ${outcome}`]: 1,
    });
  });

  test('counts no task that goes back to its queue', async () => {
    const work = measuredTask(registry, options, () => Promise.reject(new WaitingChildrenError()));

    await work(task).catch(() => {});

    expect(await finished()).toEqual({});
  });

  test('measures the wait of a first attempt, from when the task was due', async () => {
    const work = measuredTask(registry, options, async () => {});
    const timestamp = Date.now() - 10_000;

    await work({ ...task, timestamp });
    await work({ ...task, timestamp, opts: { delay: 8_000 } });
    await work({ ...task, timestamp, attemptsMade: 1 });

    const waits = await samples(registry, 'ml_task_wait_duration_seconds_sum');
    expect(waits.segmentation).toBeCloseTo(12, 0);
    expect(await samples(registry, 'ml_task_wait_duration_seconds_count')).toEqual({
      segmentation: 2,
    });
  });

  test('shows who is busy and who is idle, until it is stopped', async () => {
    const work = measuredTask(registry, options, () => setTimeout(50));
    const working = work(task);

    const during = await samples(registry, 'ml_workers');
    await working;
    const after = await samples(registry, 'ml_workers');
    work.stop();

    expect(during).toEqual({ 'segmentation busy': 1, 'segmentation idle': 1 });
    expect(after).toEqual({ 'segmentation idle': 2 });
    expect(await samples(registry, 'ml_workers')).toEqual({});
  });
});
