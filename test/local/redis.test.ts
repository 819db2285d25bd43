import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { engine } from '../../local/engines.js';
import { freePorts } from '../../local/environment.js';
import { redisExporter } from '../../local/exporters.js';
import { start } from '../../local/process.js';
import { type Redis, redisUrl, startRedis } from '../../local/redis.js';

let folder: string;
let redis: Redis;
let exporterPort: number;

/** The answers to inline commands. */
const answers = (...commands: string[]) => {
  const socket = connect({ port: redis.port, host: '127.0.0.1' });
  socket.write([...commands, 'QUIT', ''].join('\r\n'));
  return text(socket);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const ports = await freePorts();
  exporterPort = ports.nodeExporter;
  redis = await startRedis({ port: ports.primary, folder, maxMemory: '4mb' });
}, 180_000);

afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

describe('startRedis', () => {
  test('answers at its url', async () => {
    expect(redis.url).toBe(redisUrl(redis.port));
    expect(await answers('SET key value', 'GET key')).toBe('+OK\r\n$5\r\nvalue\r\n+OK\r\n');
  });

  test('listens on this machine only', async () => {
    const bind = await answers('CONFIG GET bind');

    expect(bind).toBe('*2\r\n$4\r\nbind\r\n$9\r\n127.0.0.1\r\n+OK\r\n');
  });

  test('evicts when it is full', async () => {
    const value = 'v'.repeat(1000);
    const sets = Array.from({ length: 4000 }, (_, index) => `SET ${index} ${value}`);

    const answered = await answers(...sets, 'INFO stats');

    expect(answered).not.toMatch(/^-/m);
    expect(answered).toMatch(/^evicted_keys:[1-9]/m);
  });

  test('keeps nothing when it is stopped', async () => {
    await answers('SET kept value');

    await redis.stop();
    const files = readdirSync(folder);
    redis = await startRedis({ port: redis.port, folder, maxMemory: '4mb' });

    expect(files).toEqual(['redis.log']);
    expect(await answers('GET kept')).toBe('$-1\r\n+OK\r\n');
  });
});

describe('redisExporter', () => {
  test('answers whether Redis does or not', async () => {
    const binary = await engine('redis_exporter');
    const exporter = await start(
      redisExporter(redis.port, { binary, logs: folder, port: exporterPort }),
    );
    const up = async () => {
      const response = await fetch(`http://127.0.0.1:${exporterPort}/metrics`);
      return /^redis_up .*$/m.exec(await response.text())?.[0];
    };

    const before = await up();
    await redis.stop();
    const afterwards = await up();
    await exporter.stop();

    expect(before).toBe('redis_up 1');
    expect(afterwards).toBe('redis_up 0');
  }, 180_000);
});
