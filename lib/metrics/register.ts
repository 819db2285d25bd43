import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import type {
  Bound,
  CounterDefinition,
  Definition,
  GaugeDefinition,
  HistogramDefinition,
  LabelSet,
  LabelsOf,
} from './define.js';
import {
  type AnyRegistry,
  labelGuard,
  refuseOtherThanRegistry,
  refuseTaken,
} from './label-guard.js';

/** Labels of which those with any text are given, and those of a closed set may be left out. */
export type KnownLabels<L extends LabelSet> = Partial<LabelsOf<L>> & {
  readonly [K in keyof L as L[K] extends Bound ? K : never]: string;
};

export interface RegisteredCounter<L extends LabelSet> {
  inc(labels: LabelsOf<L>, by?: number): void;
  /**
   * Brings every child with these labels into being at 0; one that is born at 1 is invisible to `increase()`.
   */
  zero(labels: KnownLabels<L>): void;
}

export interface RegisteredGauge<L extends LabelSet> {
  set(labels: LabelsOf<L>, value: number): void;
  inc(labels: LabelsOf<L>, by?: number): void;
  zero(labels: KnownLabels<L>): void;
}

export interface RegisteredHistogram<L extends LabelSet> {
  observe(labels: LabelsOf<L>, value: number): void;
  zero(labels: KnownLabels<L>): void;
}

export type Registered<D extends Definition> =
  D extends CounterDefinition<infer L>
    ? RegisteredCounter<L>
    : D extends GaugeDefinition<infer L>
      ? RegisteredGauge<L>
      : D extends HistogramDefinition<infer L>
        ? RegisteredHistogram<L>
        : never;

interface Made {
  readonly definition: Definition;
  readonly metric: Metric;
  readonly registered: unknown;
}

const known = new WeakMap<AnyRegistry, Map<string, Made>>();

/**
 * The metric of a definition in a registry, made on the first call and shared by the later ones; made anew
 * when the registry has been cleared since.
 *
 * Nothing that is done with it throws: a label value outside its set or bound is counted as `other`
 * (`metrics_label_values_replaced_total`), and a value that is no number is left out
 * (`metrics_values_refused_total`). A counter whose values are all known starts with each of them at 0.
 *
 * @throws Error when there is no registry, or when something else has registered the name in it.
 */
export function register<D extends Definition>(
  definition: D,
  registry: AnyRegistry,
): Registered<D> {
  const metrics = metricsOf(registry);
  const { name } = definition;
  const before = metrics.get(name);
  if (before !== undefined && registry.getSingleMetric(name) === before.metric) {
    refuseOther(definition, before.definition);
    return before.registered as Registered<D>;
  }
  refuseTaken(name, registry);
  const made = { definition, ...make(definition, registry) };
  metrics.set(name, made);
  return made.registered as Registered<D>;
}

function metricsOf(registry: AnyRegistry): Map<string, Made> {
  refuseOtherThanRegistry(registry);
  const metrics = known.get(registry) ?? new Map<string, Made>();
  known.set(registry, metrics);
  return metrics;
}

function refuseOther(definition: Definition, before: Definition): void {
  if (definition === before || JSON.stringify(definition) === JSON.stringify(before)) return;
  throw new Error(
    `${definition.name} is already in this registry, defined otherwise; give one of the two another name`,
  );
}

function make(definition: Definition, registry: AnyRegistry) {
  const guard = labelGuard(definition, registry);
  const options = {
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(definition.labels),
    aggregator: definition.aggregator,
    registers: [registry],
  };
  if (definition.type === 'counter') return madeCounter(new Counter(options), guard);
  if (definition.type === 'gauge') return madeGauge(new Gauge(options), guard);
  const buckets = [...definition.buckets];
  return madeHistogram(new Histogram({ ...options, buckets }), guard);
}

type Guard = ReturnType<typeof labelGuard>;

function madeCounter(metric: Counter, guard: Guard) {
  const registered: RegisteredCounter<LabelSet> = {
    inc(labels, by = 1) {
      if (guard.takes(by, 0)) metric.inc(guard.child(labels), by);
    },
    zero: (labels) => guard.zero(labels, (child) => metric.inc(child, 0)),
  };
  registered.zero({});
  return { metric, registered };
}

function madeGauge(metric: Gauge, guard: Guard) {
  const registered: RegisteredGauge<LabelSet> = {
    set(labels, value) {
      if (guard.takes(value)) metric.set(guard.child(labels), value);
    },
    inc(labels, by = 1) {
      if (guard.takes(by)) metric.inc(guard.child(labels), by);
    },
    zero: (labels) => guard.zero(labels, (child) => metric.set(child, 0)),
  };
  return { metric, registered };
}

function madeHistogram(metric: Histogram, guard: Guard) {
  const registered: RegisteredHistogram<LabelSet> = {
    observe(labels, value) {
      // A sum that falls looks like a restart to rate().
      if (guard.takes(value, 0)) metric.observe(guard.child(labels), value);
    },
    zero: (labels) => guard.zero(labels, (child) => metric.zero(child)),
  };
  return { metric, registered };
}
