import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { AlertOverrides } from '../lib/alerting/alert-override.js';
import { environmentRules } from '../lib/alerting/environment-rules.js';
import { scrapeConfigs } from '../lib/collector/targets.js';
import { alerts, environmentName, localTargets, type Ports } from './environment.js';
import { watchFolders } from './folder-watch.js';
import { answers, output, type Program } from './process.js';
import { accelerated, acceleratedDuration, acceleratedTimings } from './time-lapse.js';

export interface PrometheusOptions {
  readonly binary: string;
  readonly promtool: string;
  /** Where the rule files are that a person edits. */
  readonly rules: string;
  /** What is different about their alerts here. @default - what `local/environment.ts` says */
  readonly alerts?: AlertOverrides;
  /** Where it keeps its configuration and its data. */
  readonly folder: string;
  readonly logs: string;
  readonly ports: Ports;
  readonly speed: number;
  /** How long samples are kept, such as `30d`. */
  readonly retention: string;
}

// Prometheus' own defaults, which a time-lapse has to shorten with everything else.
const LOOKBACK = '5m';
const RESEND_DELAY = '1m';
// As in the collector and in every rule file.
const INTERVAL = '30s';

/**
 * Prometheus with the scrape jobs of production; its files are written first. It starts without rules: it
 * looks at no target for its first five seconds, in which every service would be down.
 */
export async function prometheus(options: PrometheusOptions): Promise<Program> {
  const { folder, ports, speed } = options;
  await checkedRules(options);
  await rm(join(folder, 'rules'), { recursive: true, force: true });
  const configFile = configurationFile(options);
  await writeFile(configFile, stringify(configuration(options)));
  const url = `http://127.0.0.1:${ports.prometheus}`;
  return {
    name: 'prometheus',
    command: options.binary,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--storage.tsdb.retention.time=${options.retention}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      `--web.external-url=${url}`,
      '--web.enable-lifecycle',
      `--query.lookback-delta=${acceleratedDuration(LOOKBACK, speed)}`,
      `--rules.alert.resend-delay=${acceleratedDuration(RESEND_DELAY, speed)}`,
    ],
    log: join(options.logs, 'prometheus.log'),
    healthy: () => answers(`${url}/-/ready`),
  };
}

function configuration({ folder, ports, speed }: PrometheusOptions, hidden?: string) {
  const targets = localTargets(ports).map((target) =>
    target.job === hidden ? { ...target, discovery: { addresses: [] } } : target,
  );
  return {
    global: acceleratedTimings({ scrape_interval: INTERVAL, evaluation_interval: INTERVAL }, speed),
    rule_files: [join(folder, 'rules', '*.yaml')],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }],
    },
    scrape_configs: acceleratedTimings(scrapeConfigs(targets), speed),
  };
}

function configurationFile({ folder }: PrometheusOptions): string {
  return join(folder, 'prometheus.yaml');
}

/** Takes the targets of a job out of what Prometheus looks for, as the end of its tasks does, and puts them back. */
export function discovery(job: string, options: PrometheusOptions) {
  const configure = async (hidden?: string) => {
    await writeFile(configurationFile(options), stringify(configuration(options, hidden)));
    await reload(options);
  };
  return { stop: () => configure(job), start: () => configure() };
}

/** Makes Prometheus evaluate the rules that a person edits, if all of them are right. */
export async function loadRules(options: PrometheusOptions): Promise<void> {
  const current = join(options.folder, 'rules');
  const next = await checkedRules(options);
  await rm(current, { recursive: true, force: true });
  await rename(next, current);
  await reload(options);
}

async function reload({ ports }: PrometheusOptions): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${ports.prometheus}/-/reload`, { method: 'POST' });
  if (!response.ok) throw new Error(`Prometheus: ${(await response.text()).trim()}`);
}

/** A folder with the rules and the inventory at the right speed, all of which promtool accepts. */
async function checkedRules(options: PrometheusOptions): Promise<string> {
  const { folder, promtool, ports, speed } = options;
  const next = join(folder, 'rules-next');
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  const environment = { targets: localTargets(ports), alerts: options.alerts ?? alerts };
  const files = environmentRules({ environmentName, environment, folder: options.rules });
  const written = files.map(({ name, path, text }) => {
    return { path, copy: join(next, `${name}.yaml`), text: accelerated(text, speed) };
  });
  await Promise.all(written.map(({ copy, text }) => writeFile(copy, text)));
  const copies = written.map(({ copy }) => copy);
  await output(promtool, ['check', 'rules', ...copies]).catch((error) => {
    throw new Error(complaints(String(error), written));
  });
  return next;
}

/** A rule file as it is checked, and where a person edits it. */
export interface Copy {
  readonly copy: string;
  readonly path: string;
}

/** What promtool found wrong, without what it found right, in files that a person knows. */
export function complaints(printed: string, copies: readonly Copy[]): string {
  const readable = printed.split('\n').flatMap((line) => {
    const found = copies.find(({ copy }) => line.startsWith(`${copy}:`));
    return found ? [line.replace(found.copy, found.path)] : [];
  });
  return readable.length > 0 ? readable.join('\n') : printed;
}

// Editors save in several steps: write beside, rename, set the mode.
const QUIET_MS = 150;

/** Loads the rules again whenever one is saved; a wrong one is reported, and what was loaded stays. */
export function watchRules(
  options: PrometheusOptions,
  report: (line: string) => void,
): { stop: () => void } {
  let changes = 0;
  const changed = async (file: string | null) => {
    const mine = ++changes;
    await pause(QUIET_MS);
    if (mine !== changes) return;
    await loadRules(options).then(
      () => report(`rules loaded again after a change of ${file ?? 'a file'}`),
      (error: Error) => report(`the rules of before stay loaded:\n${error.message}`),
    );
  };
  return watchFolders(options.rules, (file) => {
    if (file === null || file.endsWith('.yaml')) void changed(file);
  });
}
