/** The values that a label may have: a closed set, or any text up to a number of different ones. */
export type LabelValues = readonly string[] | Bound;

/** How many different values a label may have in one process before the rest is counted as `other`. */
export interface Bound {
  readonly atMost: number;
}

export type LabelSet = Readonly<Record<string, LabelValues>>;

/** The labels that a definition asks for; a value outside a closed set does not compile. */
export type LabelsOf<L extends LabelSet> = {
  readonly [K in keyof L]: L[K] extends readonly (infer Value)[] ? Value : string;
};

/** How the values of several workers of one process group become one; see prom-client's AggregatorRegistry. */
export type Aggregator = 'sum' | 'max' | 'min' | 'average' | 'first';

interface Common<L extends LabelSet> {
  readonly name: string;
  readonly help: string;
  readonly labels: L;
  readonly aggregator: Aggregator;
}

export interface CounterDefinition<L extends LabelSet = LabelSet> extends Common<L> {
  readonly type: 'counter';
}

export interface GaugeDefinition<L extends LabelSet = LabelSet> extends Common<L> {
  readonly type: 'gauge';
}

export interface HistogramDefinition<L extends LabelSet = LabelSet> extends Common<L> {
  readonly type: 'histogram';
  /** Upper edges, ascending. A quantile is exact only at an edge, so each threshold of an alert is one. */
  readonly buckets: readonly number[];
}

export type Definition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** A name that does not end as a counter's or a histogram's series do. */
type GaugeName<Name extends string> =
  Name extends `${string}_${'total' | 'count' | 'sum' | 'bucket'}` ? never : Name;

/** Something that only grows, in a base unit or as a number of events. */
export function counter<const L extends LabelSet>(
  name: `${string}_total`,
  help: string,
  labels: L,
): CounterDefinition<L> {
  return { type: 'counter', name, help, labels, aggregator: 'sum' };
}

/** Something that goes up and down. */
export function gauge<const Name extends string, const L extends LabelSet>(
  name: GaugeName<Name>,
  help: string,
  labels: L,
  aggregator: Aggregator = 'sum',
): GaugeDefinition<L> {
  return { type: 'gauge', name, help, labels, aggregator };
}

/**
 * How something is distributed, over buckets that are the same in every process.
 *
 * @throws Error when the buckets do not ascend: prom-client would count a value in the wrong ones.
 */
export function histogram<const L extends LabelSet>(
  name: `${string}_${'seconds' | 'bytes' | 'messages'}`,
  help: string,
  labels: L,
  buckets: readonly number[],
): HistogramDefinition<L> {
  if (buckets.some((edge, index) => !(edge > (buckets[index - 1] ?? -Infinity)))) {
    throw new Error(`${name}: buckets must be numbers that ascend, got ${buckets.join(', ')}`);
  }
  return { type: 'histogram', name, help, labels, buckets, aggregator: 'sum' };
}

/**
 * Any text, of which the first `atMost` different values are kept apart.
 *
 * @throws Error when that is no number of values: an unset one would be no bound at all.
 */
export function upTo(atMost: number): Bound {
  if (!Number.isInteger(atMost) || atMost < 1) {
    throw new Error(`upTo: a label must have a whole number of values, 1 or more, got ${atMost}`);
  }
  return { atMost };
}
