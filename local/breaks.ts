import type { Volume } from './exporters.js';
import type { Postgres } from './postgres.js';
import type { Restartable } from './restartable.js';

/** In the order in which the demo goes through them: what users feel first, so that the errors of one are old
 * when slow burns of the budget begin to be known. */
export const breakNames = [
  ...(['errors', 'slow', 'database', 'pool', 'redis', 'service', 'vanish', 'replication'] as const),
  ...(['ratelimit', 'disk', 'queue', 'backlog', 'cache', 'memory', 'cpu'] as const),
] as const;

export type BreakName = (typeof breakNames)[number];

/** An alert by its name, and by labels where others share that. */
export interface AlertPattern {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Another alert that a break makes true as well. */
export interface Companion extends AlertPattern {
  /** Why it is true, and cannot be avoided. */
  readonly because: string;
}

/** Something real that can be broken on purpose, and mended; its alert is the one that must follow. */
export interface Break extends AlertPattern {
  /** The key that toggles it. */
  readonly key: string;
  /** What happens, as the person who breaks it reads it. */
  readonly effect: string;
  /** @default - its alert is the only one */
  readonly companions?: readonly Companion[];
  /** Why it cannot be broken on this machine. @default - it can */
  readonly unavailable?: string;
  readonly start: () => Promise<void>;
  readonly mend: () => Promise<void>;
}

/** What a break may touch. */
export interface Breakable {
  readonly backend: Restartable;
  readonly backendUrl: string;
  readonly postgres: Postgres;
  readonly redis: Restartable;
  readonly nodeExporter: Restartable;
  /** Takes node_exporter out of what Prometheus looks for, and puts it back. */
  readonly nodeDiscovery: Pick<Restartable, 'start' | 'stop'>;
  readonly volume: Volume | undefined;
}

export type Breaks = Readonly<Record<BreakName, Break>>;

/** Every break of this machine. */
export function breaksOf(parts: Breakable): Breaks {
  return { ...serviceBreaks(parts), ...databaseBreaks(parts), ...backgroundBreaks(parts) };
}

function serviceBreaks({ backend, backendUrl, nodeDiscovery }: Breakable) {
  return {
    errors: {
      key: 'e',
      effect: 'about half of the requests to the backend fail with a 500',
      alert: 'HttpErrorRateHigh',
      companions: [budgetOfAvailability],
      ...fault(backendUrl, 'errors'),
    },
    slow: {
      key: 'l',
      effect: 'one request in ten waits three seconds for the database',
      alert: 'HttpResponseTimeHigh',
      companions: [budgetOfLatency],
      ...fault(backendUrl, 'slow'),
    },
    service: {
      key: 's',
      effect: 'the backend is stopped',
      alert: 'ServiceDown',
      labels: { job: 'api' },
      start: backend.stop,
      mend: backend.start,
    },
    vanish: {
      key: 'v',
      effect: 'node_exporter leaves discovery, as a dead task does',
      alert: 'ServiceDown',
      labels: { job: 'node' },
      start: nodeDiscovery.stop,
      mend: nodeDiscovery.start,
    },
    ratelimit: {
      key: 't',
      effect: 'the backend allows one request per second',
      alert: 'RateLimitingActive',
      ...fault(backendUrl, 'ratelimit'),
    },
  } satisfies Partial<Breaks>;
}

function databaseBreaks({ backendUrl, postgres, nodeExporter, volume }: Breakable) {
  return {
    database: {
      key: 'd',
      effect: 'the primary of the database is stopped',
      alert: 'DatabaseDown',
      companions: [errorsOfUsers, budgetOfAvailability],
      start: postgres.primary.stop,
      mend: postgres.primary.start,
    },
    pool: {
      key: 'p',
      effect: 'the backend leaks every connection of its pool',
      alert: 'DatabaseConnectionPoolExhausted',
      labels: { limit: 'pool' },
      companions: [errorsOfUsers, budgetOfAvailability],
      ...fault(backendUrl, 'pool'),
    },
    replication: {
      key: 'r',
      effect: 'the replica receives what the primary writes, and no longer applies it',
      alert: 'DatabaseReplicationLagHigh',
      start: postgres.pauseReplay,
      mend: postgres.resumeReplay,
    },
    disk: {
      key: 'k',
      effect: 'the data volume of the host is filled',
      alert: 'HostDiskSpaceLow',
      ...(volume
        ? {}
        : { unavailable: 'this machine does not let us mount a small volume to fill' }),
      start: () => onVolume(nodeExporter, volume?.fill),
      mend: () => onVolume(nodeExporter, volume?.empty),
    },
  } satisfies Partial<Breaks>;
}

function backgroundBreaks({ backendUrl, redis }: Breakable) {
  return {
    queue: {
      key: 'u',
      effect: 'the ML workers take no task',
      alert: 'MlQueueStalled',
      companions: [
        {
          alert: 'MlQueueBacklogHigh',
          because: 'a queue that nobody works on grows; muted once MlQueueStalled fires',
        },
      ],
      ...fault(backendUrl, 'queue'),
    },
    backlog: {
      key: 'b',
      effect: 'each ML task takes two seconds longer: more come in than are finished',
      alert: 'MlQueueBacklogHigh',
      ...fault(backendUrl, 'backlog'),
    },
    cache: {
      key: 'a',
      effect: 'every key is new: each lookup in the caches misses',
      alert: 'CacheHitRateLow',
      ...fault(backendUrl, 'cache'),
    },
    redis: {
      key: 'i',
      effect: 'Redis is stopped',
      alert: 'RedisDown',
      start: redis.stop,
      mend: redis.start,
    },
    memory: {
      key: 'm',
      effect: 'the backend holds on to memory',
      alert: 'ProcessMemoryHigh',
      companions: [
        {
          alert: 'ProcessMemoryPressure',
          because: 'with its garbage such a heap passes 85 %, which the process itself counts',
        },
      ],
      ...fault(backendUrl, 'memory'),
    },
    cpu: {
      key: 'c',
      effect: 'the backend computes without end',
      alert: 'ProcessCpuHigh',
      ...fault(backendUrl, 'cpu'),
    },
  } satisfies Partial<Breaks>;
}

const errorsOfUsers: Companion = {
  alert: 'HttpErrorRateHigh',
  because: 'requests that need the database fail, and nothing may mute that users see it',
};

const budgetOfAvailability: Companion = {
  alert: 'ErrorBudgetBurn',
  labels: { sli: 'availability', burn: 'fast' },
  because: 'the failed requests are the error budget; muted while HttpErrorRateHigh fires',
};

const budgetOfLatency: Companion = {
  alert: 'ErrorBudgetBurn',
  labels: { sli: 'latency', burn: 'fast' },
  because: 'the slow requests are the error budget of the latency objective',
};

/** The backend breaks itself; its own page `/chaos` says how. */
function fault(backendUrl: string, name: string): Pick<Break, 'start' | 'mend'> {
  const ask = async (method: string) => {
    const response = await fetch(`${backendUrl}/chaos/${name}`, { method }).catch(() => {
      throw new Error('the backend does not answer');
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`the backend answered ${response.status}: ${answer}`);
  };
  return { start: () => ask('PUT'), mend: () => ask('DELETE') };
}

async function onVolume(
  nodeExporter: Restartable,
  act: ((pid: number) => Promise<void>) | undefined,
): Promise<void> {
  const pid = nodeExporter.pid();
  if (act && pid !== undefined) await act(pid);
}
