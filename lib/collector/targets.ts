/** What a target exposes; decides which absence rules the inventory carries for it. */
export const exposures = [
  'backend',
  'node',
  'postgres',
  'redis',
  'ecs',
  'cloudwatch',
  'collector',
] as const;

export type Exposure = (typeof exposures)[number];

/** A job that is scraped. */
export interface Target {
  /** The `job` label: unique in its environment. */
  readonly job: string;
  readonly exposes: Exposure;
  /** Fixed `host:port` addresses, or the name of a DNS A record (AWS Cloud Map) and the port behind it. */
  readonly discovery:
    | { readonly addresses: readonly string[] }
    | { readonly dns: string; readonly port: number };
  /** How many instances must at least answer; fewer is `ServiceDegraded`, none is `ServiceDown`. */
  readonly expectedMinimum: number;
  /** @default - `/api/metrics` for a backend, `/metrics` for everything else */
  readonly path?: string;
  /** @default 30 */
  readonly intervalSeconds?: number;
  /** Samples that one scrape may return before it is refused as a whole. @default 10000 */
  readonly sampleLimit?: number;
}

/** One entry of Prometheus' `scrape_configs`, which the collector's prometheus receiver also reads. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path: string;
  readonly scrape_interval: string;
  readonly sample_limit: number;
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly dns_sd_configs?: readonly {
    readonly names: readonly string[];
    readonly type: 'A';
    readonly port: number;
  }[];
}

export function scrapeConfigs(targets: readonly Target[]): ScrapeConfig[] {
  return targets.map((target) => ({
    job_name: target.job,
    metrics_path: target.path ?? (target.exposes === 'backend' ? '/api/metrics' : '/metrics'),
    scrape_interval: `${target.intervalSeconds ?? 30}s`,
    sample_limit: sampleLimit(target),
    ...discoveryConfig(target.discovery),
  }));
}

/** How many samples one scrape of a target may return. */
export function sampleLimit(target: Target): number {
  return target.sampleLimit ?? 10_000;
}

function discoveryConfig(discovery: Target['discovery']) {
  return 'dns' in discovery
    ? { dns_sd_configs: [{ names: [discovery.dns], type: 'A' as const, port: discovery.port }] }
    : { static_configs: [{ targets: discovery.addresses }] };
}
