import { exporters } from '../metrics/exporters.js';
import { catalogue } from '../metrics/index.js';
import { nodejs } from '../metrics/nodejs.js';

/** What is known of one name that series can have. */
export interface MetricFacts {
  /** Untyped when who exposes it does not say. */
  readonly type: 'counter' | 'gauge' | 'untyped';
  readonly labels: ReadonlySet<string>;
  /** The metric and its upper edges, when it is a series of a histogram. */
  readonly histogram?: { readonly name: string; readonly edges?: readonly number[] };
}

interface Exposed {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[] | Readonly<Record<string, unknown>>;
  readonly buckets?: readonly number[];
}

/** Everything that our package, the exporters and the scrape itself expose, by the names of its series. */
export function metricFacts(): ReadonlyMap<string, MetricFacts> {
  const all: readonly Exposed[] = [
    ...Object.values(catalogue).flat(),
    ...Object.values(exporters).flat(),
    ...nodejs,
  ];
  return new Map(all.flatMap(seriesOf));
}

// What a scrape adds to every series.
const scraped = ['job', 'instance'];

function seriesOf({ name, type, labels, buckets }: Exposed): [string, MetricFacts][] {
  const own = Array.isArray(labels) ? labels.map(String) : Object.keys(labels);
  const facts = (more: readonly string[] = []) => new Set([...own, ...scraped, ...more]);
  if (type === 'counter' || type === 'gauge' || type === 'untyped') {
    return [[name, { type, labels: facts() }]];
  }
  const histogram = { name, ...(buckets === undefined ? {} : { edges: buckets }) };
  const counter = (more?: readonly string[]) =>
    ({ type: 'counter', labels: facts(more), histogram }) as const;
  return [
    [`${name}_count`, counter()],
    [`${name}_sum`, counter()],
    ...(type === 'histogram' ? [[`${name}_bucket`, counter(['le'])] as [string, MetricFacts]] : []),
    ...(type === 'summary'
      ? [[name, { type: 'gauge', labels: facts(['quantile']) }] as [string, MetricFacts]]
      : []),
  ];
}
