import { Counter, type OpenMetricsContentType, type Registry } from 'prom-client';
import { counter, type Definition, type LabelValues, upTo } from './define.js';

export type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

type Labels = Readonly<Record<string, string>>;

type SomeLabels = Readonly<Record<string, string | undefined>>;

/** What did not fit its label, and is counted under `other` instead of being lost. */
export const labelValuesReplaced = counter(
  'metrics_label_values_replaced_total',
  'Label values outside their set or bound, counted as other',
  { metric: upTo(500), label: upTo(100) },
);

/** What was no number, and is in no metric. */
export const valuesRefused = counter(
  'metrics_values_refused_total',
  'Values that were no number, or below 0 where only growth is measured',
  { metric: upTo(500) },
);

/** Cortex, of which AMP is made, drops a series with a label value of more than 2,048 bytes. */
const MAX_LABEL_VALUE_CHARS = 512;

/** A sum of values beyond what a double counts by ones would end as infinite. */
const MAX_VALUE = Number.MAX_SAFE_INTEGER;

/** Stands between the code that measures and prom-client, which throws at what it cannot take. */
export function labelGuard({ name: metric, labels: allowed }: Definition, registry: AnyRegistry) {
  const replaced = ownCounter(labelValuesReplaced, registry);
  const refused = ownCounter(valuesRefused, registry);
  const names = Object.keys(allowed);
  const sets = Object.values(allowed).map(valueSet);
  const root = bud();

  const find = (labels: Labels): Labels | undefined => {
    let branch: Branch | undefined = root;
    for (const name of names) {
      branch = branch.next.get(valueUnder(labels, name));
      if (branch === undefined) return undefined;
    }
    return branch.child;
  };

  const fitting = (labels: Labels, name: string, index: number): string => {
    const value = valueUnder(labels, name);
    const text = typeof value === 'number' ? `${value}` : value;
    if (typeof text === 'string' && sets[index]?.takes(text)) return text;
    replaced.inc({ metric, label: name });
    return 'other';
  };

  /** prom-client keeps the object, so it is one that the caller cannot change later. */
  const place = (labels: Labels, whenNew?: (child: Labels) => void): Labels => {
    const values = names.map((name, index) => fitting(labels, name, index));
    const leaf = values.reduce(grown, root);
    if (leaf.child !== undefined) return leaf.child;
    leaf.child = Object.fromEntries(names.map((name, index) => [name, values[index] ?? 'other']));
    whenNew?.(leaf.child);
    return leaf.child;
  };

  return {
    /** The labels under which prom-client keeps a child. Finding one again allocates nothing. */
    child: (labels: Labels): Labels => find(labels) ?? place(labels),
    takes: (value: unknown, minimum = -MAX_VALUE): value is number => {
      if (typeof value === 'number' && value >= minimum && value <= MAX_VALUE) return true;
      refused.inc({ metric });
      return false;
    },
    /** Acts on each child with these labels that is not there yet. */
    zero: (labels: SomeLabels, act: (child: Labels) => void): void => {
      for (const child of combinations(allowed, labels)) place(child, act);
    },
  };
}

/** @throws Error when it is nothing, for instance, or what only has metrics to read */
export function refuseOtherThanRegistry(registry: unknown): void {
  if (typeof registry === 'object' && registry !== null && 'registerMetric' in registry) return;
  const got = registry === null ? 'null' : typeof registry;
  throw new Error(
    `registry must be a Registry of prom-client, got ${got}; pass new Registry(), or prom-client's own, register`,
  );
}

/** @throws Error when something in the registry already has the name */
export function refuseTaken(name: string, registry: AnyRegistry): void {
  if (registry.getSingleMetric(name) === undefined) return;
  throw new Error(
    `${name} is already in this registry, from elsewhere; remove that one, or use another registry`,
  );
}

/** One level of a tree whose path to a leaf is the values of a child's labels. */
interface Branch {
  readonly next: Map<unknown, Branch>;
  child?: Labels;
}

function bud(): Branch {
  return { next: new Map() };
}

function grown(branch: Branch, value: string): Branch {
  const next = branch.next.get(value) ?? bud();
  branch.next.set(value, next);
  return next;
}

/** What a caller hands in may be nothing, or an object whose getter throws. */
function valueUnder(labels: SomeLabels, name: string): unknown {
  try {
    return labels[name];
  } catch {
    return undefined;
  }
}

function valueSet(values: LabelValues) {
  if (!('atMost' in values)) {
    const set = new Set(values);
    return { takes: (value: string) => set.has(value) };
  }
  const seen = new Set<string>();
  return {
    takes(value: string) {
      if (seen.has(value) || value === 'other') return true;
      if (seen.size >= values.atMost || !isPrintable(value)) return false;
      seen.add(value);
      return true;
    },
  };
}

/** Half a surrogate pair becomes the same replacement character as any other half: one series twice. */
function isPrintable(value: string): boolean {
  return value.length <= MAX_LABEL_VALUE_CHARS && !/\p{Surrogate}/u.test(value);
}

/** Each combination of the values that are known: the given ones, and those of closed sets. */
function combinations(allowed: Definition['labels'], given: SomeLabels): Labels[] {
  return Object.entries(allowed).reduce<Labels[]>(
    (rest, [name, values]) => {
      const own = valueUnder(given, name) as string | undefined;
      const known = own !== undefined ? [own] : 'atMost' in values ? [] : values;
      return rest.flatMap((labels) => known.map((value) => ({ ...labels, [name]: value })));
    },
    [{}],
  );
}

const ownCounters = new WeakMap<AnyRegistry, Map<string, Counter>>();

function ownCounter({ name, help, labels }: Definition, registry: AnyRegistry): Counter {
  const counters = ownCounters.get(registry) ?? new Map<string, Counter>();
  ownCounters.set(registry, counters);
  const made = counters.get(name);
  if (made !== undefined && registry.getSingleMetric(name) === made) return made;
  refuseTaken(name, registry);
  const fresh = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
  counters.set(name, fresh);
  return fresh;
}
