import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { AlertmanagerDefinition, Timings } from '../../lib/alerting/alertmanager';
import { engine } from '../../local/engines';
import { serve } from '../../local/http-server';
import { answers, start } from '../../local/process';
import { type Publish, publishIn } from '../../local/sns-publish';

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

export interface ActiveAlert extends PostedAlert {
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed' };
}

export interface RunningAlertmanager {
  /** What it has sent to SNS so far, oldest first. */
  readonly published: readonly (Publish & { readonly atMs: number })[];
  readonly post: (alerts: readonly PostedAlert[]) => Promise<void>;
  readonly alerts: () => Promise<ActiveAlert[]>;
  readonly stop: () => Promise<void>;
}

/** Writes what AMP keeps inside the definition as the files that Alertmanager and amtool read. */
export function writeConfiguration(
  folder: string,
  { template_files, alertmanager_config }: AlertmanagerDefinition,
): string {
  for (const [file, text] of Object.entries(template_files)) {
    writeFileSync(join(folder, file), text);
  }
  const path = join(folder, 'alertmanager.yml');
  writeFileSync(path, stringify(alertmanager_config, { aliasDuplicateObjects: false }));
  return path;
}

/** A real Alertmanager that runs the definition, and the SNS that it publishes to. */
export async function runningAlertmanager(
  definition: AlertmanagerDefinition,
): Promise<RunningAlertmanager> {
  const published: (Publish & { atMs: number })[] = [];
  const sns = await serve(0, ({ body }) => {
    published.push({ ...publishIn(body), atMs: Date.now() });
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    };
  });
  const folder = mkdtempSync(join(tmpdir(), 'spheroseg-alertmanager-'));
  const configuration = writeConfiguration(
    folder,
    publishingTo(definition, `http://127.0.0.1:${sns.port}`),
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = await start({
    name: 'Alertmanager',
    command: await engine('alertmanager'),
    args: [
      `--config.file=${configuration}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--cluster.listen-address=',
    ],
    environment: { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
    log: join(folder, 'log'),
    healthy: () => answers(`${url}/-/ready`),
  });
  return {
    published,
    async post(alerts) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(alerts);
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    alerts: async () => (await fetch(`${url}/api/v2/alerts`)).json() as Promise<ActiveAlert[]>,
    async stop() {
      await program.stop();
      await sns.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The same definition with every route as fast as given, the heartbeat excepted. */
export function withTimings(
  definition: AlertmanagerDefinition,
  timings: Timings,
): AlertmanagerDefinition {
  const { route } = definition.alertmanager_config;
  const routes = (route.routes ?? []).map((one) =>
    one.receiver === 'heartbeat' ? one : { ...one, ...timings },
  );
  return {
    ...definition,
    alertmanager_config: {
      ...definition.alertmanager_config,
      route: { ...route, ...timings, routes },
    },
  };
}

/** Asks again and again until the answer is there; gives the last one after ten seconds. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isThere: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 10_000;
  let answer = await ask();
  while (!isThere(answer) && Date.now() < deadline) {
    await pause(50);
    answer = await ask();
  }
  return answer;
}

function publishingTo(
  { template_files, alertmanager_config }: AlertmanagerDefinition,
  api_url: string,
): AlertmanagerDefinition {
  const receivers = alertmanager_config.receivers.map((receiver) => ({
    ...receiver,
    sns_configs: receiver.sns_configs.map((config) => ({ ...config, api_url })),
  }));
  return { template_files, alertmanager_config: { ...alertmanager_config, receivers } };
}

async function freePort(): Promise<number> {
  const server = await serve(0, () => ({ status: 404 }));
  await server.close();
  return server.port;
}
