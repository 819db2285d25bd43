import { Gauge } from 'prom-client';
import type { GaugeDefinition, LabelSet, LabelsOf } from './define.js';
import type { AnyRegistry } from './label-guard.js';
import { register } from './register.js';

export type Reading<L extends LabelSet> = readonly [labels: LabelsOf<L>, value: number];

type Collector = () => Promise<void>;

const collectors = new WeakMap<Gauge, Set<Collector>>();

/**
 * Has a gauge mirror what is counted elsewhere: it is read at each scrape, until the returned
 * function is called. A reading that fails leaves its values out and breaks nothing.
 */
export function readAtScrape<L extends LabelSet>(
  registry: AnyRegistry,
  definition: GaugeDefinition<L>,
  read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>,
): () => void {
  const values = register<GaugeDefinition<L>>(definition, registry);
  const gauge = registry.getSingleMetric(definition.name);
  if (!(gauge instanceof Gauge)) return () => {};
  let last: readonly Reading<L>[] = [];
  const show = (readings: readonly Reading<L>[]) => {
    for (const [labels] of last) gauge.remove(Object.fromEntries(Object.entries(labels)));
    for (const [labels, value] of readings) values.set(labels, value);
    last = readings;
  };
  const collector = async () => show(await attempt(read));
  const readers = readersOf(gauge);
  readers.add(collector);
  return () => {
    readers.delete(collector);
    show([]);
  };
}

async function attempt<T>(read: () => readonly T[] | Promise<readonly T[]>) {
  try {
    return await read();
  } catch {
    return [];
  }
}

function readersOf(gauge: Gauge): Set<Collector> {
  const known = collectors.get(gauge);
  if (known) return known;
  const readers = new Set<Collector>();
  collectors.set(gauge, readers);
  const collect = () => Promise.all([...readers].map((read) => read()));
  Object.assign(gauge, { collect });
  return readers;
}
