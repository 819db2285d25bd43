import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startLoad } from './backend/load.js';
import { type Breaks, breaksOf } from './breaks.js';
import { busyPortProblems } from './busy-ports.js';
import { smallVolume } from './exporters.js';
import type { Pipe } from './pipe.js';
import {
  alerting,
  allEngines,
  cacheExporter,
  channelsAndInbox,
  database,
  databaseExporters,
  hostExporter,
  metrics,
  type PipelineOptions,
  type Site,
  sampleBackend,
  sharedCache,
} from './pipeline-parts.js';
import { newStage, together } from './stage.js';

/** The whole pipeline on this machine: backend, database, exporters, rules, routes, channels, inbox. */
export interface Pipeline {
  readonly breaks: Breaks;
  readonly messages: Pipe['messages'];
  readonly prometheusUrl: string;
  /** Waits until every target has been scraped, and has the rules evaluated from then on. */
  readonly watch: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const REQUESTS_PER_SECOND = 20;

/** Starts everything in order; when one part fails, those that run are stopped again. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const problems = await busyPortProblems(options.ports);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  // Not before: on busy ports it may be the data of a pipeline that runs.
  if (options.fresh) await rm(options.folder, { recursive: true, force: true });
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
  const [{ watch, nodeDiscovery }, postgres, redis, pipe, host] = await together(
    metrics(site, binaries),
    database(site),
    sharedCache(site, binaries),
    channelsAndInbox(site),
    hostExporter(site, binaries, volume),
  );
  const [backend] = await together(
    sampleBackend(site),
    databaseExporters(site, binaries),
    cacheExporter(site, binaries),
    alerting(site, binaries, pipe.snsUrl),
  );
  const backendUrl = `http://127.0.0.1:${ports.backend}`;
  const load = startLoad({ url: backendUrl, requestsPerSecond: REQUESTS_PER_SECOND });
  site.onStop(load.stop);
  return {
    breaks: breaksOf({
      ...{ backend, backendUrl, postgres, redis, nodeDiscovery, volume },
      nodeExporter: host,
    }),
    messages: pipe.messages,
    prometheusUrl: `http://127.0.0.1:${ports.prometheus}`,
    watch,
    stop: site.stop,
  };
}
