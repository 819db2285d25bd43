import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { engine } from '../../local/engines.js';
import { answers, type Program, start } from '../../local/process.js';
import { goProblem } from '../engines/support/cortex-binary.js';
import { freePorts } from '../engines/support/free-ports.js';
import { collectorBinary } from './collector-binary.js';
import type { Recording, Site } from './recording.js';
import { fixtureOf, scrapeUntil } from './scrape.js';

/** The collector at work, and one that can neither deliver nor hold what it scrapes. */
export const collector: Recording = {
  name: 'collector',
  problem: goProblem,
  async record(site) {
    const [prometheusPort = 0, ownPort = 0, healthPort = 0, nobodysPort = 0] = await freePorts(4);
    const ports = { prometheusPort, ownPort, healthPort, nobodysPort };
    const binary = await collectorBinary(site.report);
    const target = await start(await prometheus(site, prometheusPort));
    site.onStop(target.stop);
    return {
      'collector.txt': await recorded(site, binary, ports, working(ports), [
        moreThanNone('exporter_sent_metric_points'),
      ]),
      'collector-failing.txt': await recorded(site, binary, ports, failing(ports), [
        moreThanNone('exporter_send_failed_metric_points'),
        moreThanNone('exporter_enqueue_failed_metric_points'),
        moreThanNone('processor_memory_limiter_refused_metric_points'),
      ]),
    };
  },
};

const moreThanNone = (name: string) => new RegExp(`^otelcol_${name}\\{[^}]*\\} [1-9]`, 'm');

async function recorded(
  site: Site,
  binary: string,
  ports: CollectorPorts,
  parts: Parts,
  patterns: readonly RegExp[],
): Promise<string> {
  const program = await start(await collectorProgram(site, binary, ports, parts));
  try {
    const scraped = await scrapeUntil(`http://127.0.0.1:${ports.ownPort}/metrics`, ...patterns);
    return fixtureOf(scraped, {
      exporter: 'OpenTelemetry collector',
      release: /^target_info\{[^}]*service_version="([^"]+)"/m,
      replace: ofThisRun(ports),
    });
  } finally {
    await program.stop();
  }
}

interface CollectorPorts {
  readonly prometheusPort: number;
  /** Where it tells of itself. */
  readonly ownPort: number;
  readonly healthPort: number;
  readonly nobodysPort: number;
}

const ofThisRun = ({ prometheusPort, nobodysPort }: CollectorPorts) =>
  [
    [/\bservice_instance_id="[^"]*"/g, 'service_instance_id="1"'],
    [new RegExp(`\\b${prometheusPort}\\b`, 'g'), '9090'],
    [new RegExp(`\\b${nobodysPort}\\b`, 'g'), '9999'],
  ] as const;

async function prometheus({ folder, report }: Site, port: number): Promise<Program> {
  const config = join(folder, 'prometheus.yaml');
  await writeFile(config, stringify({ global: {} }));
  return {
    name: 'prometheus',
    command: await engine('prometheus', report),
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
    ],
    log: join(folder, 'prometheus.log'),
    healthy: () => answers(`http://127.0.0.1:${port}/-/ready`),
  };
}

async function collectorProgram(
  { folder }: Site,
  command: string,
  ports: CollectorPorts,
  parts: Parts,
): Promise<Program> {
  const config = join(folder, 'collector.yaml');
  await writeFile(config, stringify(configuration(ports, parts)));
  return {
    name: 'collector',
    command,
    args: ['--config', config],
    log: join(folder, 'collector.log'),
    healthy: () => answers(`http://127.0.0.1:${ports.healthPort}/`),
  };
}

/** What the two differ in, in the words of the collector's configuration. */
interface Parts {
  readonly exporters: Readonly<Record<string, object>>;
  readonly processors: Readonly<Record<string, object>>;
  readonly pipelines: Readonly<Record<string, object>>;
}

const remoteWrite = (port: number) => ({ endpoint: `http://127.0.0.1:${port}/api/v1/write` });
const receivers = ['prometheus'];

const working = ({ prometheusPort }: CollectorPorts): Parts => ({
  exporters: { prometheusremotewrite: remoteWrite(prometheusPort) },
  processors: { memory_limiter: { check_interval: '1s', limit_mib: 512 }, batch: {} },
  pipelines: {
    metrics: {
      receivers,
      processors: ['memory_limiter', 'batch'],
      exporters: ['prometheusremotewrite'],
    },
  },
});

/** The queue is so small, and a batch is given up so soon, that the recording need not wait. */
const failing = ({ nobodysPort }: CollectorPorts): Parts => ({
  exporters: {
    prometheusremotewrite: {
      ...remoteWrite(nobodysPort),
      remote_write_queue: { enabled: true, queue_size: 2, num_consumers: 1 },
      retry_on_failure: { initial_interval: '1s', max_interval: '1s', max_elapsed_time: '3s' },
    },
    debug: {},
  },
  processors: { memory_limiter: { check_interval: '1s', limit_mib: 1 }, batch: {} },
  pipelines: {
    metrics: { receivers, processors: ['batch'], exporters: ['prometheusremotewrite'] },
    'metrics/refused': { receivers, processors: ['memory_limiter'], exporters: ['debug'] },
  },
});

function configuration({ prometheusPort, ownPort, healthPort }: CollectorPorts, parts: Parts) {
  const { pipelines, ...components } = parts;
  const target = {
    job_name: 'prometheus',
    scrape_interval: '1s',
    static_configs: [{ targets: [`127.0.0.1:${prometheusPort}`] }],
  };
  const own = { exporter: { prometheus: { host: '127.0.0.1', port: ownPort } } };
  return {
    ...components,
    receivers: { prometheus: { config: { scrape_configs: [target] } } },
    extensions: { health_check: { endpoint: `127.0.0.1:${healthPort}` } },
    service: {
      extensions: ['health_check'],
      pipelines,
      telemetry: { metrics: { readers: [{ pull: own }] } },
    },
  };
}
