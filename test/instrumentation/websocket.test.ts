import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { WebSocket, WebSocketServer } from 'ws';
import { watchWebSockets } from '../../lib/instrumentation/websocket';
import { samples } from '../support/http-samples';

let registry: Registry;
let server: WebSocketServer;
let stop: () => void;

const ignored = () => {};

beforeEach(async () => {
  registry = new Registry();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1_000 });
  server.on('connection', (client) => {
    client.on('error', ignored);
    client.send('welcome');
  });
  stop = watchWebSockets(registry, server, {
    endpoint: '/ws',
    types: ['ping', 'progress'],
    typeOf: (text) => (text.startsWith('[') ? JSON.parse(text) : text),
  });
  await once(server, 'listening');
});

afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function connected(): Promise<WebSocket> {
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(client, 'message');
  return client;
}

async function closed(client: WebSocket, close: () => void) {
  const [own] = server.clients;
  close();
  await Promise.all(
    [client, own].map((end) => new Promise((resolve) => end?.once('close', resolve))),
  );
}

const messages = () => samples(registry, 'websocket_messages_total');

describe('watchWebSockets', () => {
  test('has every known child at 0 before the first connection', async () => {
    const text = await registry.metrics();

    expect(text).toContain('websocket_connections{endpoint="/ws"} 0');
    expect(text).toContain('websocket_connections_opened_total{endpoint="/ws"} 0');
    expect(text).toContain('closed_total{endpoint="/ws",close_code="1013"} 0');
    expect(text).toContain('messages_total{endpoint="/ws",direction="in",type="ping"} 0');
  });

  test('counts who is there, who came, and with which code they left', async () => {
    const first = await connected();
    await connected();
    const during = await samples(registry, 'websocket_connections');

    await closed(first, () => first.close(1000));

    expect(during).toEqual({ '/ws': 2 });
    expect(await samples(registry, 'websocket_connections')).toEqual({ '/ws': 1 });
    expect(await samples(registry, 'websocket_connections_opened_total')).toEqual({ '/ws': 2 });
    expect(await samples(registry, 'websocket_connections_closed_total')).toEqual({
      '/ws 1000': 1,
    });
  });

  test.each([
    [
      '1009 when a frame is too large',
      '1009',
      (client: WebSocket) => client.send('x'.repeat(2_000)),
    ],
    ['1006 when the connection breaks', '1006', (client: WebSocket) => client.terminate()],
    [
      'other when the code is none that is known',
      'other',
      (client: WebSocket) => client.close(4000),
    ],
  ])('reports %s', async (_, code, close) => {
    const client = await connected();

    await closed(client, () => close(client));

    const found = await samples(registry, 'websocket_connections_closed_total');
    expect(found).toEqual({ [`/ws ${code}`]: 1 });
  });

  test('counts messages of both directions by type, also those of a batch', async () => {
    const client = await connected();
    const [own] = server.clients;

    client.send('ping');
    client.send(Buffer.from('binary'));
    client.send('[broken');
    own?.send('["progress","progress"]');
    await once(client, 'message');
    await setTimeout(50);

    expect(await messages()).toEqual({
      '/ws out welcome': 1,
      '/ws out progress': 2,
      '/ws in ping': 1,
      '/ws in other': 2,
    });
  });

  test('does not count what a closed connection takes no more', async () => {
    const client = await connected();
    const [own] = server.clients;
    await closed(client, () => client.close());

    own?.send('progress');

    expect(await messages()).toEqual({ '/ws out welcome': 1 });
  });

  test('adds up what waits for slow clients', async () => {
    const client = await connected();
    const [own] = server.clients;
    client.pause();

    for (let sent = 0; sent < 200; sent += 1) own?.send('x'.repeat(100_000));
    await setTimeout(100);

    const waiting = await samples(registry, 'websocket_send_buffer_bytes');
    expect(waiting['/ws']).toBe(own?.bufferedAmount);
    expect(waiting['/ws']).toBeGreaterThan(1_000_000);
  });

  test('leaves an error without a listener to end the process, as ws does', async () => {
    await connected();
    const [own] = server.clients;
    own?.off('error', ignored);

    expect(() => own?.emit('error', new Error('bad frame'))).toThrow('bad frame');
  });

  test('shows no connections after it was stopped', async () => {
    stop();
    await connected();

    expect(await samples(registry, 'websocket_connections')).toEqual({});
    expect(await samples(registry, 'websocket_connections_opened_total')).toEqual({});
  });

  test('refuses a server that it watches already', () => {
    expect(() => watchWebSockets(registry, server, { endpoint: '/b' })).toThrow('already watched');

    stop();
    watchWebSockets(registry, server, { endpoint: '/b' });
  });

  test('finds connections that were there before', async () => {
    await connected();
    const later = new Registry();

    watchWebSockets(later, server, { endpoint: '/ws' });

    expect(await samples(later, 'websocket_connections')).toEqual({ '/ws': 1 });
  });
});
