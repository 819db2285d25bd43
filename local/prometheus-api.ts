import { localTargets, type Ports } from './environment.js';
import { happens } from './happens.js';

/** An alert of Prometheus that is pending or fires. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  /** When its expression became true. */
  readonly activeAt: string;
}

export async function activeAlerts(prometheusUrl: string): Promise<readonly ActiveAlert[]> {
  const { alerts } = await get<{ alerts: ActiveAlert[] }>(prometheusUrl, 'alerts');
  return alerts;
}

/** A rule as Prometheus runs it, at the speed at which it does. */
export interface LoadedRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** In seconds: the `for` of an alert. */
  readonly duration?: number;
  /** In seconds. */
  readonly keepFiringFor?: number;
}

export async function loadedRules(prometheusUrl: string): Promise<readonly LoadedRule[]> {
  const { groups } = await get<{ groups: { rules: LoadedRule[] }[] }>(prometheusUrl, 'rules');
  return groups.flatMap(({ rules }) => rules);
}

// Of a scrape at the speed of production, and of what takes as long at any speed: Prometheus looks for its
// targets every five seconds.
const SCRAPE_MS = 30_000;
const DISCOVERY_MS = 15_000;

/** Whether every target answers a scrape in time. */
export function untilScraped(
  ports: Ports,
  speed: number,
  calledOff: AbortSignal,
): Promise<boolean> {
  const expected = localTargets(ports).reduce((sum, one) => sum + one.expectedMinimum, 0);
  const areScraped = async () => (await targetsUp(ports).catch(() => 0)) >= expected;
  return happens(areScraped, SCRAPE_MS / speed + DISCOVERY_MS, calledOff);
}

// Not `count(up == 1)`: right after a restart that still finds the samples of before.
async function targetsUp({ prometheus }: Ports): Promise<number> {
  const { activeTargets } = await get<{ activeTargets: { health: string }[] }>(
    `http://127.0.0.1:${prometheus}`,
    'targets',
  );
  return activeTargets.filter(({ health }) => health === 'up').length;
}

async function get<T>(prometheusUrl: string, path: string): Promise<T> {
  const response = await fetch(`${prometheusUrl}/api/v1/${path}`);
  const answer = (await response.json()) as { readonly data: T; readonly error?: string };
  if (!response.ok) throw new Error(`Prometheus: ${answer.error ?? response.status}`);
  return answer.data;
}
