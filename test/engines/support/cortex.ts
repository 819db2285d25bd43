import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { answers, start } from '../../../local/process.js';
import { cortexBinary } from './cortex-binary.js';
import { freePorts } from './free-ports.js';

/** A running Cortex of one process; every request names its tenant in the header `X-Scope-OrgID`. */
export interface Cortex {
  readonly url: string;
  /** What it printed is here until it is stopped. */
  readonly log: string;
  readonly stop: () => Promise<void>;
}

export interface CortexOptions {
  /** Where its alert manager publishes, as `AWS_ENDPOINT_URL`. @default - nowhere */
  readonly awsUrl?: string;
  /** How late the samples are that rules look at. @default 0s */
  readonly ruleQueryOffset?: string;
  /** How long a series lives after its last sample. @default 5m */
  readonly lookback?: string;
}

export async function startCortex(options: CortexOptions = {}): Promise<Cortex> {
  const command = await cortexBinary();
  const folder = mkdtempSync(join(tmpdir(), 'spheroseg-cortex-'));
  const [http = 0, grpc = 0] = await freePorts(2);
  mkdirSync(join(folder, 'rules'));
  const configuration = join(folder, 'cortex.yaml');
  writeFileSync(configuration, stringify(cortexConfiguration(folder, { http, grpc }, options)));
  const url = `http://127.0.0.1:${http}`;
  const log = join(folder, 'log');
  const program = await start({
    name: 'Cortex',
    command,
    args: [`-config.file=${configuration}`],
    environment: {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: options.awsUrl ?? 'http://127.0.0.1:9',
    },
    log,
    healthy: () => answers(`${url}/ready`),
  });
  return {
    url,
    log,
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Ports {
  readonly http: number;
  readonly grpc: number;
}

function cortexConfiguration(folder: string, { http, grpc }: Ports, options: CortexOptions) {
  const ring = { kvstore: { store: 'inmemory' }, instance_addr: '127.0.0.1' };
  const files = (name: string) => ({
    backend: 'filesystem',
    filesystem: { dir: join(folder, name) },
  });
  return {
    target: 'all,alertmanager',
    auth_enabled: true,
    server: {
      http_listen_address: '127.0.0.1',
      http_listen_port: http,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: grpc,
      log_level: 'info',
    },
    limits: { ruler_query_offset: options.ruleQueryOffset ?? '0s' },
    querier: { lookback_delta: options.lookback ?? '5m' },
    distributor: { ring, pool: { health_check_ingesters: true } },
    ingester: {
      lifecycler: {
        ring: { kvstore: { store: 'inmemory' }, replication_factor: 1 },
        address: '127.0.0.1',
        join_after: '0s',
        min_ready_duration: '0s',
        final_sleep: '0s',
      },
    },
    blocks_storage: {
      ...files('blocks'),
      tsdb: { dir: join(folder, 'tsdb') },
      bucket_store: { sync_dir: join(folder, 'sync') },
    },
    store_gateway: { sharding_ring: ring },
    compactor: { data_dir: join(folder, 'compactor'), sharding_ring: ring },
    ruler: {
      enable_api: true,
      rule_path: join(folder, 'rules'),
      alertmanager_url: `http://127.0.0.1:${http}/alertmanager`,
      poll_interval: '1s',
      // By default an alert that fires before the definition is loaded is repeated only after a minute.
      resend_delay: '1s',
      ring,
    },
    ruler_storage: files('rule-store'),
    alertmanager: {
      enable_api: true,
      data_dir: join(folder, 'alertmanager'),
      external_url: `http://127.0.0.1:${http}/alertmanager`,
      poll_interval: '1s',
      sharding_ring: ring,
      // Otherwise it listens on all addresses.
      cluster: { listen_address: '' },
    },
    alertmanager_storage: files('alertmanager-store'),
  };
}
