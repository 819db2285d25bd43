import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { AnyRegistry } from '../metrics/label-guard.js';

type Snapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

interface Question {
  readonly type: typeof WANTED;
  readonly id: number;
}

interface Answer {
  readonly type: typeof GIVEN;
  readonly id: number;
  readonly metrics: Snapshot;
}

const WANTED = 'spheroseg-monitoring:metrics-wanted';
const GIVEN = 'spheroseg-monitoring:metrics-given';
// A worker whose event loop is blocked must not cost the scrape of the others.
const PATIENCE_MS = 1_000;

/** In a worker of `node:cluster`: gives the metrics of a registry to the primary when it asks. */
export function shareWithPrimary(registry: AnyRegistry): () => void {
  const answer = async ({ id }: Question) => {
    const given: Answer = { type: GIVEN, id, metrics: await registry.getMetricsAsJSON() };
    // The primary may be gone by now.
    if (process.connected) process.send?.(given, undefined, undefined, () => {});
  };
  const listener = (message: unknown) => {
    if (isOfType<Question>(message, WANTED)) void answer(message).catch(() => {});
  };
  process.on('message', listener);
  return () => process.off('message', listener);
}

export interface ClusterMetrics {
  readonly contentType: string;
  /** The metrics of all workers as those of one process. */
  metrics(): Promise<string>;
  stop(): void;
}

/**
 * In the primary of `node:cluster`: what its workers share, each metric by its aggregator. Counters
 * and histograms of a worker that has died, or does not answer, stay as they last were: a sum that
 * falls would read as a restart of everything. Its gauges are left out.
 */
export function clusterMetrics(): ClusterMetrics {
  const latest = new Map<number, Snapshot>();
  const departed = remains();
  const farewell = ({ id }: Worker) => {
    departed.add(latest.get(id));
    latest.delete(id);
  };
  cluster.on('exit', farewell);
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    async metrics() {
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      const answered = new Set<number>();
      await Promise.all(
        workers.map(async (worker) => {
          const metrics = await ask(worker);
          if (!metrics || worker.isDead()) return;
          latest.set(worker.id, metrics);
          answered.add(worker.id);
        }),
      );
      const shared = [...latest].map(([id, metrics]) =>
        answered.has(id) ? metrics : metrics.filter(growsOnly),
      );
      return aggregated([...departed.all(), ...shared]).metrics();
    },
    stop: () => void cluster.off('exit', farewell),
  };
}

let questions = 0;

function ask(worker: Worker): Promise<Snapshot | undefined> {
  questions += 1;
  const question: Question = { type: WANTED, id: questions };
  return new Promise((resolve) => {
    const settle = (metrics?: Snapshot) => {
      worker.off('message', hear);
      clearTimeout(timer);
      resolve(metrics);
    };
    const hear = (message: unknown) => {
      if (isOfType<Answer>(message, GIVEN) && message.id === question.id) settle(message.metrics);
    };
    const timer = setTimeout(settle, PATIENCE_MS);
    worker.on('message', hear);
    if (!worker.isConnected()) return settle();
    worker.send(question, (error) => error && settle());
  });
}

/** What workers that are gone have counted, in as little as one of them takes. */
function remains() {
  let snapshots: readonly Snapshot[] = [];
  let folding = Promise.resolve();
  const fold = async () => {
    const folded = snapshots;
    const sum = await aggregated(folded).getMetricsAsJSON();
    snapshots = [sum, ...snapshots.slice(folded.length)];
  };
  return {
    all: () => snapshots,
    add(metrics: Snapshot = []) {
      snapshots = [...snapshots, metrics.filter(growsOnly)];
      folding = folding.then(fold);
    },
  };
}

function growsOnly({ type }: { readonly type: unknown }): boolean {
  return type === 'counter' || type === 'histogram';
}

function aggregated(snapshots: readonly Snapshot[]): Registry {
  return AggregatorRegistry.aggregate(snapshots.map((metrics) => metrics.map(kept)));
}

/** prom-client leaves out when workers started, by which the rules tell restarts. */
function kept(metric: Snapshot[number]) {
  return metric.name === 'process_start_time_seconds' ? { ...metric, aggregator: 'max' } : metric;
}

function isOfType<M extends Question | Answer>(message: unknown, type: M['type']): message is M {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === type
  );
}
