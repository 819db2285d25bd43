import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { startLoad } from '../../../local/backend/load.js';
import { freePort, until } from './backend.js';

describe('startLoad', () => {
  const opened: { stop(): void }[] = [];

  afterEach(() => {
    for (const each of opened.splice(0)) each.stop();
  });

  async function sink(port: number) {
    const asked: string[] = [];
    const server: Server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(200, { location: '/api/segmentations/42' }).end();
    });
    const sockets = new WebSocketServer({ server, path: '/ws' });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const stop = () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    };
    opened.push({ stop });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { asked, sockets, url, stop };
  }

  function load(url: string, requestsPerSecond: number) {
    const started = startLoad({ url, requestsPerSecond });
    opened.push(started);
    return started;
  }

  test('asks for everything that the product does, at the rate that was asked for', async () => {
    const { asked, sockets, url } = await sink(0);

    const started = Date.now();
    load(url, 100);
    await pause(1_000);

    const due = (Date.now() - started) / 10;
    expect(asked.length).toBeGreaterThan(due * 0.6);
    expect(asked.length).toBeLessThan(due * 1.1);
    expect(new Set(asked.map((line) => line.replace(/cells\/\d+/, 'cells/7')))).toEqual(
      new Set([
        'GET /api/cells',
        'GET /api/cells/7',
        'POST /api/segmentations',
        'GET /api/segmentations/1',
        'GET /api/segmentations/42',
      ]),
    );
    expect(sockets.clients.size).toBe(3);
  });

  test('goes on when the backend comes back', async () => {
    const port = await freePort();
    load(`http://127.0.0.1:${port}`, 50);
    await pause(300);

    const { asked, sockets } = await sink(port);

    await until(
      async () => [asked.length > 5, sockets.clients.size],
      ([hasRequests, clients]) => hasRequests === true && clients === 3,
    );
  });

  test('sends nothing more and keeps no connection once it is stopped', async () => {
    const { asked, sockets, url } = await sink(0);
    const started = load(url, 50);
    await until(
      async () => asked.length,
      (count) => count > 5,
    );

    started.stop();
    await pause(50);
    const count = asked.length;
    await pause(200);

    expect(asked).toHaveLength(count);
    expect(sockets.clients.size).toBe(0);
  });
});
