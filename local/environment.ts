import { createServer } from 'node:net';
import type { AlertTopics } from '../lib/alerting/alertmanager.js';
import type { Target } from '../lib/collector/targets.js';
import type { Environment } from '../lib/environment.js';
import { type Severity, severities } from '../lib/severity.js';

/** The one environment that needs no account: this machine. */
export const environmentName = 'local';
export const region = 'eu-west-1';
export const links = {
  runbooks: 'https://github.com/spheroseg/monitoring/blob/main/docs/runbooks/',
} satisfies Environment['links'];
export const channels = {
  slack: severities,
  pagerduty: ['critical'],
} satisfies Environment['channels'];
/** As under `alerts` in `bin/environments.ts`, for this machine. */
export const alerts = {} satisfies Environment['alerts'];

/** The ports as people know them; those of PostgreSQL and Redis are not, because a developer often has their own. */
export const knownPorts = {
  backend: 3000,
  inbox: 3002,
  prometheus: 9090,
  alertmanager: 9093,
  primary: 15_432,
  replica: 15_433,
  redis: 16_379,
  nodeExporter: 9100,
  redisExporter: 9121,
  primaryExporter: 9187,
  replicaExporter: 9188,
} as const;

export type Part = keyof typeof knownPorts;

export type Ports = Readonly<Record<Part, number>>;

export const parts = Object.keys(knownPorts) as Part[];

/** The known ports, all moved by the same distance. */
export function movedPorts(offset: number): Ports {
  return portsFor((part) => knownPorts[part] + offset);
}

/** Ports that nobody uses at the moment. */
export async function freePorts(): Promise<Ports> {
  const servers = parts.map(() => createServer());
  const free = await Promise.all(servers.map(listening));
  for (const server of servers) server.close();
  return portsFor((part) => free[parts.indexOf(part)] ?? 0);
}

/** What the collector would scrape here, in the form in which every environment says it. */
export function localTargets(ports: Ports): readonly Target[] {
  const at = (...listed: Part[]) => ({
    addresses: listed.map((part) => `127.0.0.1:${ports[part]}`),
  });
  return [
    { job: 'api', exposes: 'backend', discovery: at('backend'), expectedMinimum: 1 },
    {
      job: 'postgres',
      exposes: 'postgres',
      discovery: at('primaryExporter', 'replicaExporter'),
      expectedMinimum: 2,
    },
    { job: 'redis', exposes: 'redis', discovery: at('redisExporter'), expectedMinimum: 1 },
    { job: 'node', exposes: 'node', discovery: at('nodeExporter'), expectedMinimum: 1 },
  ];
}

/** Topics that exist only in the local SNS endpoint. */
export const localTopics: AlertTopics = {
  messages: topics('messages'),
  email: topics('email'),
  heartbeat: topic('heartbeat'),
};

function topics(kind: string): Record<Severity, string> {
  return Object.fromEntries(
    severities.map((severity) => [severity, topic(`${kind}-${severity}`)]),
  ) as Record<Severity, string>;
}

function topic(name: string): string {
  return `arn:aws:sns:${region}:000000000000:${environmentName}-${name}`;
}

function portsFor(port: (part: Part) => number): Ports {
  return Object.fromEntries(parts.map((part) => [part, port(part)])) as Record<Part, number>;
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
