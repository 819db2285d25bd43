import { setTimeout as pause } from 'node:timers/promises';
import type { Target } from '../../../lib/collector/targets.js';
import { remoteWrite, type Sample } from './remote-write.js';

/** What is wrong with the monitored product at the moment. */
export type Condition = 'healthy' | 'broken';

const dns = { dns: 'product.internal', port: 9000 };
const target = (job: string, exposes: Target['exposes'], expectedMinimum: number): Target => ({
  job,
  exposes,
  discovery: dns,
  expectedMinimum,
});

/** A job for each thing that can break, so that all of them can break at once. */
export const productTargets: readonly Target[] = [
  target('api', 'backend', 1),
  target('worker', 'backend', 1),
  target('web', 'backend', 2),
  target('db-mute', 'postgres', 1),
  // Two jobs that expose `postgres` are refused at synth; only the absence alert depends on it.
  target('db-down', 'node', 1),
  target('db-slow', 'node', 2),
  target('host', 'node', 1),
  target('collector', 'collector', 1),
];

/** The samples that a collector would scrape from the product in this condition. */
function samples(condition: Condition, seconds: { healthy: number; broken: number }): Sample[] {
  const bad = condition === 'broken';
  const of =
    (job: string, instance = job) =>
    (name: string, value: number, labels: Record<string, string> = {}): Sample => ({
      name,
      labels: { job, instance, ...labels },
      value,
    });
  const [api, worker, web1, web2] = [
    of('api'),
    of('worker'),
    of('web', 'web-1'),
    of('web', 'web-2'),
  ];
  const [down, mute, host, collector] = [of('db-down'), of('db-mute'), of('host'), of('collector')];
  const [primary, replica] = [of('db-slow', 'primary'), of('db-slow', 'replica')];
  const requests = 'http_server_request_duration_seconds_count';
  const disk = { device: '/dev/sda1', mountpoint: '/', fstype: 'ext4' };
  return [
    api('up', 1),
    api(requests, 10 * (seconds.healthy + seconds.broken), code('200')),
    api(requests, 10 * seconds.broken, code('500')),
    worker('up', bad ? 0 : 1),
    web1('up', 1),
    web2('up', bad ? 0 : 1),
    down('up', 1),
    down('pg_up', bad ? 0 : 1),
    // No exporter says these while pg_up is 0; they make visible what DatabaseDown mutes.
    down('pg_replication_is_replica', 1),
    down('pg_replication_lag_seconds', bad ? 60 : 0),
    down('pg_settings_max_connections', 100),
    down('pg_settings_superuser_reserved_connections', 3),
    down('pg_stat_activity_count', bad ? 97 : 10, { backend_type: 'client backend' }),
    mute('up', 1),
    ...(bad ? [] : [mute('pg_up', 1)]),
    primary('up', 1),
    primary('pg_up', 1),
    primary('pg_replication_is_replica', 0),
    primary('pg_settings_max_connections', 100),
    primary('pg_settings_superuser_reserved_connections', 3),
    primary('pg_stat_activity_count', bad ? 96 : 10, { backend_type: 'client backend' }),
    primary('pg_replication_slot_slot_is_active', bad ? 0 : 1, { slot_name: 'replica' }),
    primary('pg_stat_replication_pg_wal_lsn_diff', 0, { state: 'streaming' }),
    replica('up', 1),
    replica('pg_up', 1),
    replica('pg_replication_is_replica', 1),
    replica('pg_replication_lag_seconds', bad ? 60 : 0),
    host('up', 1),
    host('node_filesystem_avail_bytes', bad ? 5 : 80, disk),
    host('node_filesystem_size_bytes', 100, disk),
    host('node_filesystem_readonly', 0, disk),
    collector('up', 1),
  ];
}

function code(status: string) {
  return { http_route: '/api/things', http_response_status_code: status };
}

/** A product whose metrics are written every second until it is stopped. */
export class Product {
  condition: Condition = 'healthy';
  readonly #writing: Promise<void>;
  #stopped = false;

  /** Starts to write as soon as there is an endpoint. */
  constructor(endpoint: () => string | undefined) {
    this.#writing = this.#write(endpoint);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  async #write(endpoint: () => string | undefined): Promise<void> {
    const seconds = { healthy: 0, broken: 0 };
    while (!this.#stopped) {
      const url = endpoint();
      if (url) {
        seconds[this.condition] += 1;
        await remoteWrite(url, samples(this.condition, seconds));
      }
      await pause(url ? 1000 : 20);
    }
  }
}
