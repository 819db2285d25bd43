import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type AlertmanagerConfig, alertmanagerDefinition } from '../lib/alerting/alertmanager.js';
import { links, localTopics, type Ports, region } from './environment.js';
import { answers, type Program } from './process.js';
import { acceleratedTimings } from './time-lapse.js';

export interface AlertmanagerOptions {
  readonly binary: string;
  readonly folder: string;
  readonly logs: string;
  readonly ports: Ports;
  readonly speed: number;
  /** The SNS endpoint that stands for the region's. */
  readonly snsUrl: string;
}

/** Alertmanager with the definition of production; its files are written first. */
export async function alertmanager(options: AlertmanagerOptions): Promise<Program> {
  const { folder, ports } = options;
  await mkdir(folder, { recursive: true });
  const definition = alertmanagerDefinition(localTopics, region, links);
  for (const [name, text] of Object.entries(definition.template_files)) {
    await writeFile(join(folder, name), text);
  }
  const configFile = join(folder, 'alertmanager.yaml');
  await writeFile(configFile, stringify(localConfig(definition.alertmanager_config, options)));
  const url = `http://127.0.0.1:${ports.alertmanager}`;
  return {
    name: 'alertmanager',
    command: options.binary,
    args: [
      `--config.file=${configFile}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
      `--web.external-url=${url}`,
      // There is no second one to talk to; without this it listens on all addresses.
      '--cluster.listen-address=',
    ],
    environment: {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    log: join(options.logs, 'alertmanager.log'),
    healthy: () => answers(`${url}/-/ready`),
  };
}

/** What AMP runs, but for the address that it publishes to and the pace. */
export function localConfig(
  config: AlertmanagerConfig,
  { snsUrl, speed }: Pick<AlertmanagerOptions, 'snsUrl' | 'speed'>,
) {
  return {
    ...config,
    route: acceleratedTimings(config.route, speed),
    receivers: config.receivers.map((receiver) => ({
      ...receiver,
      sns_configs: receiver.sns_configs.map((sns) => ({ ...sns, api_url: snsUrl })),
    })),
  };
}
