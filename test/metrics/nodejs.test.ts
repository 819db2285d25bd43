import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { nodejs } from '../../lib/metrics/nodejs';

/** prom-client reads these from /proc. */
const linuxOnly = ['process_open_fds', 'process_max_fds'];
const here = nodejs.filter(({ name }) => process.platform === 'linux' || !linuxOnly.includes(name));

describe('nodejs', () => {
  test.each(here)('$name is exposed by prom-client as $type', async ({ name, type, labels }) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });

    const metric = registry.getSingleMetric(name) as Metric & { labelNames: string[] };
    const exposed = await metric.get();

    expect(exposed.type).toBe(type);
    expect([...metric.labelNames].sort()).toEqual([...labels].sort());
  });
});
