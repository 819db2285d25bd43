import { connect } from 'node:net';
import { join } from 'node:path';
import { engine } from './engines.js';
import { type Program, start } from './process.js';

export interface RedisOptions {
  readonly binary: string;
  readonly port: number;
  readonly logs: string;
  /** How much it may hold before it evicts, such as `64mb`. @default - no limit */
  readonly maxMemory?: string;
}

/** A Redis that keeps nothing when it is stopped, as a cache and queue of this machine. */
export function redis({ binary, port, logs, maxMemory }: RedisOptions): Program {
  const limit = maxMemory ? ['--maxmemory', maxMemory, '--maxmemory-policy', 'allkeys-lru'] : [];
  return {
    name: 'redis',
    command: binary,
    args: [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', logs],
      ...['--save', '', '--appendonly', 'no', ...limit],
    ],
    log: join(logs, 'redis.log'),
    healthy: () => pings(port),
  };
}

export interface Redis {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Finds Redis, starts it, and waits until it answers. */
export async function startRedis({
  folder,
  ...options
}: Omit<RedisOptions, 'binary' | 'logs'> & { readonly folder: string }): Promise<Redis> {
  const binary = await engine('redis-server');
  const { pid, stop } = await start(redis({ ...options, logs: folder, binary }));
  return { port: options.port, url: redisUrl(options.port), pid, stop };
}

export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

const PATIENCE_MS = 2000;

/** Whether a server answers PING, which is one line each way: no client is needed for that. */
function pings(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE_MS, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG')));
  });
}
