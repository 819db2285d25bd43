import { setTimeout as pause } from 'node:timers/promises';
import { type ActiveAlert, activeAlerts } from '../prometheus-api.js';

/** When one alert became active, fired and was gone, in milliseconds since 1970. */
export interface Sighting {
  readonly labels: Readonly<Record<string, string>>;
  readonly crossedAt?: number | undefined;
  readonly firedAt?: number | undefined;
  readonly clearedAt?: number | undefined;
}

export interface AlertWatch {
  /** Every alert that was active since the watch began and may follow from a break. */
  readonly sightings: () => readonly Sighting[];
  /** Those of the last look; nothing when it failed. */
  readonly active: () => readonly ActiveAlert[] | undefined;
  readonly stop: () => Promise<void>;
}

const POLL_MS = 200;

/** Whether an alert says something about a break; the heartbeat does not, and neither does a busy machine. */
export function isTelling(alertname: string | undefined): boolean {
  return alertname !== 'Watchdog' && !isAboutMachine(alertname);
}

// They tell of all that runs on this machine, of which the pipeline is a small part. Its disk is not among
// them: the one that node_exporter sees is the break's own.
const aboutMachine = new Set<string | undefined>([
  ...['HostCpuHigh', 'HostMemoryHigh', 'HostMemoryPressureHigh', 'HostOomKill'],
]);

export function isAboutMachine(alertname: string | undefined): boolean {
  return aboutMachine.has(alertname);
}

/** Looks at the alerts of Prometheus again and again. */
export function watchAlerts(prometheusUrl: string): AlertWatch {
  const sightings = new Map<string, Sighting>();
  let active: readonly ActiveAlert[] | undefined;
  let watching = true;
  const watch = async () => {
    while (watching) {
      const alerts = await activeAlerts(prometheusUrl).catch(() => undefined);
      active = alerts?.filter(({ labels }) => isTelling(labels.alertname));
      if (active) note(sightings, active, Date.now());
      await pause(POLL_MS);
    }
  };
  const over = watch();
  return {
    sightings: () => [...sightings.values()],
    active: () => active,
    async stop() {
      watching = false;
      await over;
    },
  };
}

/** Adds what one look at the alerts shows. */
export function note(
  sightings: Map<string, Sighting>,
  active: readonly ActiveAlert[],
  now: number,
): void {
  const current = new Set(active.map(keyOf));
  for (const alert of active) {
    const seen = sightings.get(keyOf(alert));
    sightings.set(keyOf(alert), {
      ...seen,
      labels: alert.labels,
      // Not the first time: an alert may have been pending for another reason, and passed.
      crossedAt: seen?.firedAt ? seen.crossedAt : Date.parse(alert.activeAt),
      firedAt: seen?.firedAt ?? (alert.state === 'firing' ? now : undefined),
    });
  }
  for (const [key, seen] of sightings) {
    if (current.has(key) || !seen.firedAt || seen.clearedAt) continue;
    sightings.set(key, { ...seen, clearedAt: now });
  }
}

function keyOf({ labels }: ActiveAlert): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
