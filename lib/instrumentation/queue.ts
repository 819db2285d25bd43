import { setTimeout } from 'node:timers/promises';
import { readAtScrape } from '../metrics/at-scrape.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { mlQueueOldestTaskAge, mlQueueTasks, queueStates } from '../metrics/ml.js';

type State = (typeof queueStates)[number];

export interface QueueReading {
  /** Tasks by state; a state that is left out has none. */
  readonly tasks: Partial<Readonly<Record<State, number>>>;
  /** 0 when none waits. */
  readonly oldestTaskAgeSeconds: number;
}

export interface QueueOptions {
  readonly name: string;
}

// Together they stay below the 10 s in which a scrape has to be done.
const PATIENCE_MS = 500;
const KEPT_MS = 30_000;

/**
 * Measures a queue at each scrape, until the returned function is called. A queue that does not
 * answer delays no scrape: its last reading stands for 30 s, and is then absent.
 */
export function watchTasks(
  registry: AnyRegistry,
  { name: queue }: QueueOptions,
  read: () => QueueReading | Promise<QueueReading>,
): () => void {
  const latest = latestReading(read);
  const stops = [
    readAtScrape(registry, mlQueueTasks, async () => {
      const { tasks } = await latest();
      return queueStates.map((state) => [{ queue, state }, tasks[state] ?? 0] as const);
    }),
    readAtScrape(registry, mlQueueOldestTaskAge, async () => {
      const { oldestTaskAgeSeconds } = await latest();
      return [[{ queue }, oldestTaskAgeSeconds]];
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What two gauges ask within one scrape, and more scrapes than are answered, is asked once. */
function latestReading(read: () => QueueReading | Promise<QueueReading>) {
  let last: { readonly reading: QueueReading; readonly at: number } | undefined;
  let question: { readonly answered: Promise<void>; readonly at: number } | undefined;
  const ask = async () => {
    try {
      const reading = await read();
      last = { reading, at: performance.now() };
    } catch {
      // Its last reading says how it was, for as long as that is worth knowing.
    }
    question = undefined;
  };
  return async (): Promise<QueueReading> => {
    // One that was lost with its connection is never answered.
    if (!question || isOld(question)) question = { at: performance.now(), answered: ask() };
    await patiently(question.answered);
    if (!last || isOld(last)) throw new Error('the queue does not answer');
    return last.reading;
  };
}

function isOld({ at }: { readonly at: number }): boolean {
  return performance.now() - at > KEPT_MS;
}

async function patiently(answered: Promise<void>) {
  const answer = new AbortController();
  const patience = setTimeout(PATIENCE_MS, undefined, { signal: answer.signal, ref: false });
  await Promise.race([answered, patience.catch(() => {})]);
  answer.abort();
}
