import { Registry } from 'prom-client';
import { type QueueReading, watchTasks } from '../../lib/instrumentation/queue';
import { samples } from '../support/http-samples';

const name = 'segmentation';

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const tasks = () => samples(registry, 'ml_queue_tasks');
const oldestAge = () => samples(registry, 'ml_queue_oldest_task_age_seconds');

async function timed<T>(work: () => Promise<T>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe('watchTasks', () => {
  const waiting = { tasks: { waiting: 3, active: 1 }, oldestTaskAgeSeconds: 12 };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('shows a queue in memory, with every state', async () => {
    watchTasks(registry, { name }, () => waiting);

    const text = await registry.metrics();

    expect(await tasks()).toEqual({ 'segmentation waiting': 3, 'segmentation active': 1 });
    expect(await oldestAge()).toEqual({ segmentation: 12 });
    expect(text).toContain('ml_queue_tasks{queue="segmentation",state="prioritized"} 0');
  });

  test('asks once for what a scrape shows', async () => {
    const read = jest.fn(async () => waiting);
    watchTasks(registry, { name }, read);

    await registry.metrics();
    await registry.metrics();

    expect(read).toHaveBeenCalledTimes(2);
  });

  test('asks no second time while it has no answer, and shows the answer when it comes', async () => {
    let answer = (_reading: QueueReading) => {};
    const read = jest.fn(
      () =>
        new Promise<QueueReading>((resolve) => {
          answer = resolve;
        }),
    );
    watchTasks(registry, { name }, read);

    const took = await timed(() => registry.metrics());
    const before = await tasks();
    answer(waiting);
    await Promise.resolve();
    const after = await tasks();

    expect(took).toBeLessThan(1_500);
    expect(before).toEqual({});
    expect(read).toHaveBeenCalledTimes(2);
    expect(after).toEqual({ 'segmentation waiting': 3, 'segmentation active': 1 });
  });

  test('keeps its last reading for half a minute, and no longer', async () => {
    const now = performance.now();
    const answers = [() => waiting];
    watchTasks(registry, { name }, () => {
      const answer = answers.pop();
      if (!answer) throw new Error('down');
      return answer();
    });
    await registry.metrics();

    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 29_000);
    const kept = await oldestAge();
    clock.mockReturnValue(now + 40_000);
    const gone = await oldestAge();

    expect(kept).toEqual({ segmentation: 12 });
    expect(gone).toEqual({});
  });

  test('shows nothing after it was stopped', async () => {
    const stop = watchTasks(registry, { name }, () => waiting);
    await registry.metrics();

    stop();

    expect(await tasks()).toEqual({});
  });
});
