import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanEnvironment } from '../../../local/process.js';

/** A sample backend in a process of its own. */
export interface RunningBackend {
  readonly url: string;
  /** The status of a request and what it was answered. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Answer>;
  readonly metrics: () => Promise<Samples>;
  /** Ends it as its runner does. */
  readonly stop: () => Promise<number>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly location: string;
}

export async function startBackend(
  databaseUrl: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningBackend> {
  const port = await freePort();
  const own = { DATABASE_URL: databaseUrl, PORT: String(port) };
  const child = spawnBackend({ ...own, ...environment });
  await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    ask: (method, path, body) => ask(`${url}${path}`, method, body),
    metrics: async () => samples(await (await fetch(`${url}/api/metrics`)).text()),
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      child.kill();
      const [code] = await once(child, 'exit');
      return code;
    },
  };
}

export function spawnBackend(environment: NodeJS.ProcessEnv) {
  const args = ['--max-old-space-size=512', '--import', 'tsx', 'local/backend/main.ts'];
  return spawn(process.execPath, args, {
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ask(url: string, method: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const location = response.headers.get('location') ?? '';
  return { status: response.status, body: await response.json(), location };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until something is so; a test that waits in vain fails with what it last saw. */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + 8_000;
  for (;;) {
    const seen = await look().catch((error) => error);
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(seen)}`);
    await pause(30);
  }
}

/** The samples of one scrape. */
export interface Samples {
  readonly names: ReadonlySet<string>;
  /** The sum of all samples of this name that carry these labels; undefined when there is none. */
  readonly sum: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
  readonly values: (name: string, label: string) => ReadonlySet<string>;
}

export function samples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const parsed = lines.map((line) => {
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
  const named = (name: string) => parsed.filter((sample) => sample.name === name);
  return {
    names: new Set(parsed.map((sample) => sample.name)),
    sum(name, labels = {}) {
      const found = named(name).filter((sample) =>
        Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
    values: (name, label) => new Set(named(name).map((sample) => sample.labels[label])),
  };
}
