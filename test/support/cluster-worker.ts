import { Registry } from 'prom-client';
import { shareWithPrimary } from '../../lib/instrumentation/cluster';
import { watchRuntime } from '../../lib/instrumentation/runtime';
import { readAtScrape } from '../../lib/metrics/at-scrape';
import { dbClientConnectionMax } from '../../lib/metrics/database';
import { rateLimitDecisions } from '../../lib/metrics/http';
import { mlQueueTasks, mlTaskWaitDuration } from '../../lib/metrics/ml';
import { register } from '../../lib/metrics/register';

/** What a test has a worker do: count so many decisions and tasks, block its event loop, or end. */
export type Order =
  | { readonly count: number }
  | { readonly blockMs: number }
  | { readonly exit: true };

const registry = new Registry();
const decisions = register(rateLimitDecisions, registry);
const waits = register(mlTaskWaitDuration, registry);
readAtScrape(registry, dbClientConnectionMax, () => [[{ pool_name: 'primary' }, 10]]);
readAtScrape(registry, mlQueueTasks, () => [
  [{ queue: 'segmentation', state: 'waiting' }, 7] as const,
]);
watchRuntime(registry, { version: '1', revision: 'abc' });
shareWithPrimary(registry);

process.on('message', (order: Order) => {
  if ('count' in order) {
    decisions.inc({ limiter: 'api', decision: 'allowed' }, order.count);
    for (let task = 0; task < order.count; task += 1) waits.observe({ queue: 'segmentation' }, 1);
    process.send?.('counted');
  }
  if ('blockMs' in order) {
    const end = Date.now() + order.blockMs;
    while (Date.now() < end);
  }
  if ('exit' in order) process.exit();
});
process.send?.('ready');
