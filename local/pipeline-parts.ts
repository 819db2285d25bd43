import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alertmanager } from './alertmanager.js';
import { engines } from './engines.js';
import { channels, environmentName, links, localTopics, type Ports } from './environment.js';
import { nodeExporter, postgresExporter, redisExporter, type Volume } from './exporters.js';
import { type Pipe, startPipe } from './pipe.js';
import { databaseUrl, type Postgres, startPostgres } from './postgres.js';
import { answers } from './process.js';
import { discovery, loadRules, prometheus, watchRules } from './prometheus.js';
import { untilScraped } from './prometheus-api.js';
import { redis, redisUrl } from './redis.js';
import type { Restartable } from './restartable.js';
import { type Stage, together } from './stage.js';

export interface PipelineOptions {
  readonly ports: Ports;
  /** Where everything keeps its data and its logs. */
  readonly folder: string;
  /** Whether to forget what earlier starts have left in the folder. */
  readonly fresh?: boolean | undefined;
  /** How many times as fast as in production time runs in rules and routes; 1 keeps every timing. */
  readonly speed: number;
  /** How long samples are kept, such as `30d`. */
  readonly retention: string;
  /** With this, Slack is also sent the messages for real. */
  readonly slackWebhookUrl?: string | undefined;
  /** With this, PagerDuty is also sent the events for real. */
  readonly pagerdutyServiceKey?: string | undefined;
  readonly report: (line: string) => void;
}

/** What every part is started with. */
export interface Site extends PipelineOptions, Stage {
  readonly logs: string;
}

const repository = resolve(__dirname, '..');

const engineNames = [
  'prometheus',
  'promtool',
  'alertmanager',
  'node_exporter',
  'postgres_exporter',
  'redis-server',
  'redis_exporter',
] as const;

type Binaries = Readonly<Record<(typeof engineNames)[number], string>>;

export function allEngines(report: (line: string) => void): Promise<Binaries> {
  return engines(engineNames, report);
}

export function database({ folder, step, onStop, ...site }: Site): Promise<Postgres> {
  return step('PostgreSQL: a primary and a replica', async () => {
    const postgres = await startPostgres({ ...site, folder: join(folder, 'postgres') });
    onStop(postgres.replica.stop);
    onStop(postgres.primary.stop);
    return postgres;
  });
}

export function channelsAndInbox({ ports, step, onStop, ...site }: Site): Promise<Pipe> {
  return step('SNS, queues, functions and inbox', async () => {
    await mkdir(site.logs, { recursive: true });
    const log = createWriteStream(join(site.logs, 'functions.log'), { flags: 'a' });
    const pipe = await startPipe({
      environmentName,
      links,
      channels,
      topics: localTopics,
      inboxPort: ports.inbox,
      slackWebhookUrl: site.slackWebhookUrl,
      pagerdutyServiceKey: site.pagerdutyServiceKey,
      report: site.report,
      log: (line) => log.write(`${line}\n`),
    });
    onStop(async () => {
      await pipe.stop();
      log.end();
    });
    return pipe;
  });
}

export function sharedCache({ ports, logs, step, launch }: Site, binaries: Binaries) {
  const options = { binary: binaries['redis-server'], port: ports.redis, logs };
  return step('Redis', () => launch(redis(options)));
}

// Small, so that it is soon full; the alerts are about shares of it.
const HEAP_MIB = 512;

export function sampleBackend({ ports, logs, step, launch }: Site): Promise<Restartable> {
  const main = join(repository, 'local', 'backend', 'main.ts');
  const program = {
    name: 'backend',
    command: process.execPath,
    args: [
      `--max-old-space-size=${HEAP_MIB}`,
      ...['--import', pathToFileURL(require.resolve('tsx')).href, main],
    ],
    environment: {
      PORT: String(ports.backend),
      DATABASE_URL: databaseUrl(ports.primary, 'app'),
      REDIS_URL: redisUrl(ports.redis),
    },
    log: join(logs, 'backend.log'),
    healthy: () => answers(`http://127.0.0.1:${ports.backend}/health`),
    backWith: 'service' as const,
  };
  return step('backend', () => launch(program));
}

export function hostExporter(
  { ports, logs, step, launch }: Site,
  binaries: Binaries,
  volume: Volume | undefined,
): Promise<Restartable> {
  const options = { binary: binaries.node_exporter, logs, port: ports.nodeExporter };
  return step('node_exporter', () => launch(nodeExporter(options, volume)));
}

export function databaseExporters(
  { ports, logs, step, launch }: Site,
  binaries: Binaries,
): Promise<void> {
  const exporter = (name: string, databasePort: number, port: number) =>
    launch(
      postgresExporter(name, databasePort, { binary: binaries.postgres_exporter, logs, port }),
    );
  return step('postgres_exporter: one for each', async () => {
    await together(
      exporter('postgres-exporter-primary', ports.primary, ports.primaryExporter),
      exporter('postgres-exporter-replica', ports.replica, ports.replicaExporter),
    );
  });
}

export async function cacheExporter(
  { ports, logs, step, launch }: Site,
  binaries: Binaries,
): Promise<void> {
  const options = { binary: binaries.redis_exporter, logs, port: ports.redisExporter };
  await step('redis_exporter', () => launch(redisExporter(ports.redis, options)));
}

export function alerting(site: Site, binaries: Binaries, snsUrl: string): Promise<void> {
  const folder = join(site.folder, 'alertmanager');
  return site.step('Alertmanager', async () => {
    const options = { ...site, folder, snsUrl, binary: binaries.alertmanager };
    await site.launch(await alertmanager(options));
  });
}

/** What is done with Prometheus while it runs. */
export interface Metrics {
  readonly watch: () => Promise<void>;
  readonly nodeDiscovery: Pick<Restartable, 'start' | 'stop'>;
}

export function metrics(site: Site, binaries: Binaries): Promise<Metrics> {
  const { ports, report, speed } = site;
  const options = {
    ...site,
    binary: binaries.prometheus,
    promtool: binaries.promtool,
    // Relative, as a person names it who reads that a file is wrong.
    rules: relative('', join(repository, 'rules')),
    folder: join(site.folder, 'prometheus'),
  };
  const watch = async () => {
    const areScraped = await untilScraped(ports, speed, site.stopping);
    if (site.stopping.aborted) return;
    if (!areScraped) report(`not every target answers; see http://127.0.0.1:${ports.prometheus}`);
    await loadRules(options);
    site.onStop(watchRules(options, report).stop);
  };
  return site.step('Prometheus', async () => {
    await site.launch(await prometheus(options));
    return {
      nodeDiscovery: discovery('node', options),
      watch() {
        const watching = watch();
        site.onStop(() => watching);
        return watching;
      },
    };
  });
}
