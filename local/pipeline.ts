import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alertmanager } from './alertmanager.js';
import { startLoad } from './backend/load.js';
import { type Breaks, breaksOf } from './breaks.js';
import { busyPortProblems } from './busy-ports.js';
import { engine } from './engines.js';
import { channels, environmentName, links, localTopics, type Ports } from './environment.js';
import { nodeExporter, postgresExporter, smallVolume, type Volume } from './exporters.js';
import { type Pipe, startPipe } from './pipe.js';
import { databaseUrl, type Postgres, startPostgres } from './postgres.js';
import { answers } from './process.js';
import { loadRules, prometheus, watchRules } from './prometheus.js';
import { untilScraped } from './prometheus-api.js';
import type { Restartable } from './restartable.js';
import { newStage, type Stage, together } from './stage.js';

export interface PipelineOptions {
  readonly ports: Ports;
  /** Where everything keeps its data and its logs. */
  readonly folder: string;
  /** How many times as fast as in production time runs in rules and routes; 1 keeps every timing. */
  readonly speed: number;
  /** How long samples are kept, such as `30d`. */
  readonly retention: string;
  /** @default - the folder of the rules that are deployed */
  readonly rules?: string;
  /** With this, Slack is also sent the messages for real. */
  readonly slackWebhookUrl?: string | undefined;
  /** With this, PagerDuty is also sent the events for real. */
  readonly pagerdutyServiceKey?: string | undefined;
  readonly report: (line: string) => void;
}

/** The whole pipeline on this machine: backend, database, exporters, rules, routes, channels, inbox. */
export interface Pipeline {
  readonly breaks: Breaks;
  readonly messages: Pipe['messages'];
  readonly inboxUrl: string;
  readonly prometheusUrl: string;
  /** Waits until every target has been scraped, and has the rules evaluated from then on. */
  readonly watch: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Site extends PipelineOptions, Stage {
  readonly logs: string;
}

const repository = resolve(__dirname, '..');
const REQUESTS_PER_SECOND = 20;

/** Starts everything in order; when one part fails, those that run are stopped again. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const problems = await busyPortProblems(options.ports);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const stage = newStage(options.report);
  const site = { ...options, ...stage, logs: join(options.folder, 'logs') };
  try {
    return await allParts(site);
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

async function allParts(site: Site): Promise<Pipeline> {
  const { ports } = site;
  const binaries = await site.step('engines', () => allEngines(site.report));
  const volume = await smallVolume(join(site.folder, 'volume'));
  const [watch, postgres, pipe, host] = await together(
    metrics(site, binaries),
    database(site),
    channelsAndInbox(site),
    hostExporter(site, binaries, volume),
  );
  const [backend] = await together(
    sampleBackend(site),
    databaseExporters(site, binaries),
    alerting(site, binaries, pipe.snsUrl),
  );
  const backendUrl = `http://127.0.0.1:${ports.backend}`;
  const load = startLoad({ url: backendUrl, requestsPerSecond: REQUESTS_PER_SECOND });
  site.onStop(load.stop);
  return {
    breaks: breaksOf({ backend, backendUrl, postgres, nodeExporter: host, volume }),
    messages: pipe.messages,
    inboxUrl: pipe.inboxUrl,
    prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    watch,
    stop: site.stop,
  };
}

const engineNames = [
  'prometheus',
  'promtool',
  'alertmanager',
  'node_exporter',
  'postgres_exporter',
] as const;

type Binaries = Readonly<Record<(typeof engineNames)[number], string>>;

async function allEngines(report: (line: string) => void): Promise<Binaries> {
  const found = await together(...engineNames.map((name) => engine(name, report)));
  return Object.fromEntries(engineNames.map((name, index) => [name, found[index]])) as Binaries;
}

function database({ folder, step, onStop, ...site }: Site): Promise<Postgres> {
  return step('PostgreSQL: a primary and a replica', async () => {
    const postgres = await startPostgres({ ...site, folder: join(folder, 'postgres') });
    onStop(postgres.replica.stop);
    onStop(postgres.primary.stop);
    return postgres;
  });
}

function channelsAndInbox({ ports, step, onStop, ...site }: Site): Promise<Pipe> {
  return step('SNS, queues, functions and inbox', async () => {
    const pipe = await startPipe({
      environmentName,
      links,
      channels,
      topics: localTopics,
      inboxPort: ports.inbox,
      slackWebhookUrl: site.slackWebhookUrl,
      pagerdutyServiceKey: site.pagerdutyServiceKey,
    });
    onStop(pipe.stop);
    return pipe;
  });
}

function sampleBackend({ ports, logs, step, launch }: Site): Promise<Restartable> {
  const main = join(repository, 'local', 'backend', 'main.ts');
  const program = {
    name: 'backend',
    command: process.execPath,
    args: ['--import', pathToFileURL(require.resolve('tsx')).href, main],
    environment: { PORT: String(ports.backend), DATABASE_URL: databaseUrl(ports.primary, 'app') },
    log: join(logs, 'backend.log'),
    healthy: () => answers(`http://127.0.0.1:${ports.backend}/health`),
  };
  return step('backend', () => launch(program));
}

function hostExporter(
  { ports, logs, step, launch }: Site,
  binaries: Binaries,
  volume: Volume | undefined,
): Promise<Restartable> {
  const options = { binary: binaries.node_exporter, logs, port: ports.nodeExporter };
  return step('node_exporter', () => launch(nodeExporter(options, volume)));
}

function databaseExporters({ ports, logs, step, launch }: Site, binaries: Binaries): Promise<void> {
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

function alerting(site: Site, binaries: Binaries, snsUrl: string): Promise<void> {
  const folder = join(site.folder, 'alertmanager');
  return site.step('Alertmanager', async () => {
    const options = { ...site, folder, snsUrl, binary: binaries.alertmanager };
    await site.launch(await alertmanager(options));
  });
}

function metrics(site: Site, binaries: Binaries): Promise<Pipeline['watch']> {
  const { ports, report, speed } = site;
  const options = {
    ...site,
    binary: binaries.prometheus,
    promtool: binaries.promtool,
    // Relative, as a person names it who reads that a file is wrong.
    rules: site.rules ?? relative('', join(repository, 'rules')),
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
    return () => {
      const watching = watch();
      site.onStop(() => watching);
      return watching;
    };
  });
}
