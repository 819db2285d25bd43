import type { Volume } from './exporters.js';
import type { Postgres } from './postgres.js';
import type { Restartable } from './restartable.js';

export const breakNames = ['errors', 'service', 'database', 'pool', 'replication', 'disk'] as const;

export type BreakName = (typeof breakNames)[number];

/** Something real that can be broken on purpose, and mended. */
export interface Break {
  /** The key that toggles it. */
  readonly key: string;
  /** What happens, as the person who breaks it reads it. */
  readonly effect: string;
  /** The alert that must follow. */
  readonly alert: string;
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
  readonly nodeExporter: Restartable;
  readonly volume: Volume | undefined;
}

export type Breaks = Readonly<Record<BreakName, Break>>;

export function breaksOf({ backend, backendUrl, postgres, nodeExporter, volume }: Breakable) {
  return {
    errors: {
      key: 'e',
      effect: 'about half of the requests to the backend fail with a 500',
      alert: 'HttpErrorRateHigh',
      ...fault(backendUrl, 'errors'),
    },
    service: {
      key: 's',
      effect: 'the backend is stopped',
      alert: 'ServiceDown',
      start: backend.stop,
      mend: backend.start,
    },
    database: {
      key: 'd',
      effect: 'the primary of the database is stopped',
      alert: 'DatabaseDown',
      start: postgres.primary.stop,
      mend: postgres.primary.start,
    },
    pool: {
      key: 'p',
      effect: 'the backend leaks every connection of its pool',
      alert: 'DatabaseConnectionPoolExhausted',
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
  } satisfies Breaks;
}

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

/** What is broken now; one key or flag at a time. */
export interface Switchboard {
  readonly broken: () => readonly BreakName[];
  readonly toggle: (name: BreakName) => Promise<void>;
}

/** Toggles breaks one after the other, and says what to expect of each. */
export function switchboard(breaks: Breaks, report: (line: string) => void): Switchboard {
  const broken = new Set<BreakName>();
  let last = Promise.resolve();

  const toggled = async (name: BreakName) => {
    const { effect, alert, unavailable, start, mend } = breaks[name];
    if (unavailable) return report(`${name}: ${unavailable}`);
    if (broken.has(name)) {
      await mend();
      broken.delete(name);
      return report(`mended ${name}; the inbox will hear that ${alert} is resolved`);
    }
    await start();
    broken.add(name);
    report(`broke ${name}: ${effect}; expect ${alert} in the inbox`);
  };
  return {
    broken: () => [...broken],
    toggle(name) {
      last = last
        .then(() => toggled(name))
        .catch((error: Error) => report(`${name}: ${error.message}`));
      return last;
    },
  };
}
