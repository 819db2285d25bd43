import { connect } from 'node:net';
import { join } from 'node:path';
import { engine } from '../../local/engines.js';
import { redisExporter } from '../../local/exporters.js';
import { start } from '../../local/process.js';
import { startRedis } from '../../local/redis.js';
import { freePorts } from '../engines/support/free-ports.js';
import type { Recording } from './recording.js';
import { fixtureOf, scrapeUntil } from './scrape.js';

/** A Redis that is used as a cache and as a queue, and that has had to evict. */
export const redis: Recording = {
  name: 'redis',
  async record({ folder, report, onStop }) {
    const [port = 0, exporterPort = 0] = await freePorts(2);
    const server = await startRedis({ port, folder: join(folder, 'redis'), maxMemory: '4mb' });
    onStop(server.stop);
    await send(port, traffic());
    const worker = connect({ port, host: '127.0.0.1' }, () => worker.write('BLPOP queue 0\r\n'));
    onStop(async () => worker.destroy());
    const binary = await engine('redis_exporter', report);
    const exporter = await start(redisExporter(port, { binary, logs: folder, port: exporterPort }));
    onStop(exporter.stop);
    const text = await scrapeUntil(
      `http://127.0.0.1:${exporterPort}/metrics`,
      /^redis_up 1$/m,
      /^redis_blocked_clients 1$/m,
      /^redis_expired_keys_total [1-9]/m,
      /^redis_evicted_keys_total [1-9]/m,
    );
    return {
      'redis.txt': fixtureOf(text, { exporter: 'redis_exporter', replace: ofThisRun(port) }),
    };
  },
};

const ofThisRun = (port: number) =>
  [
    [String(port), '6379'],
    [/\b(run_id|master_replid|process_id|executable|config_file)="[^"]*"/g, '$1=""'],
    [/\bos="[^"]*"/g, 'os="Linux"'],
  ] as const;

/** Inline commands: more than fits, some of it asked for again, some of what is not there. */
function traffic(): string[] {
  const value = 'v'.repeat(1000);
  const keys = Array.from({ length: 4000 }, (_, index) => `thumbnail:${index}`);
  return [
    ...keys.map((key) => `SET ${key} ${value}`),
    ...keys.slice(-50).map((key) => `GET ${key}`),
    ...keys.slice(0, 10).map((key) => `GET missing:${key}`),
    'SET session:1 anybody EX 3600',
    'SET session:2 anybody PX 1',
    'LPUSH jobs a b c',
  ];
}

/** Sends the commands at once, and waits for as many answers. */
function send(port: number, commands: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answers = '';
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('close', () => {
      const refused = /^-.*/m.exec(answers);
      if (refused) reject(new Error(`Redis: ${refused[0]}`));
      else resolve();
    });
    socket.on('data', (data) => {
      answers += data;
    });
    socket.write([...commands, 'QUIT', ''].join('\r\n'));
  });
}
