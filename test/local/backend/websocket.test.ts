import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { type Progress, progressSocket } from '../../../local/backend/websocket.js';
import { samples, until } from './backend.js';

const progress = (id: number): Progress => ({ type: 'progress', id, state: 'done' });

describe('progressSocket', () => {
  const registry = new Registry();
  const server = createServer();
  const sockets = progressSocket(server, registry);
  const scrape = async () => samples(await registry.metrics());

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  function client(path = '/ws') {
    return new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  }

  async function connected() {
    const socket = client();
    await once(socket, 'open');
    return socket;
  }

  async function closed(socket: WebSocket) {
    socket.close(1000);
    await until(scrape, (seen) => seen.sum('websocket_connections') === 0);
  }

  test('delivers what happens within a moment as one batch', async () => {
    const socket = await connected();

    for (const id of [1, 2, 3]) sockets.publish(progress(id));

    const [data] = await once(socket, 'message');
    const after = await scrape();
    expect(JSON.parse(String(data))).toEqual([1, 2, 3].map(progress));
    expect(after.sum('websocket_batch_flushes_total', { reason: 'timer' })).toBe(1);
    expect(after.sum('websocket_batch_size_messages_sum')).toBe(3);
    expect(after.sum('websocket_batch_delay_seconds_sum')).toBeGreaterThan(0.2);
    expect(after.sum('websocket_messages_total', { type: 'progress' })).toBe(3);
    await closed(socket);
  });

  test('does not wait when a batch is full', async () => {
    const socket = await connected();

    for (let id = 0; id < 25; id += 1) sockets.publish(progress(id));

    const [data] = await once(socket, 'message');
    const after = await scrape();
    expect(JSON.parse(String(data))).toHaveLength(25);
    expect(after.sum('websocket_batch_flushes_total', { reason: 'size' })).toBe(1);
    await closed(socket);
  });

  test('counts connections while they are open, and how they ended', async () => {
    const [first, second] = [await connected(), await connected()];
    const during = await scrape();

    first.terminate();
    second.close(4000);

    const after = await until(scrape, (seen) => seen.sum('websocket_connections') === 0);
    expect(during.sum('websocket_connections')).toBe(2);
    expect(after.sum('websocket_connections_closed_total', { close_code: '1006' })).toBe(1);
    expect(after.sum('websocket_connections_closed_total', { close_code: 'other' })).toBe(1);
    expect(after.values('websocket_connections_closed_total', 'close_code')).not.toContain('4000');
  });

  test('answers a ping, and counts any other message as such', async () => {
    const socket = await connected();

    socket.send('{"type":"invented-by-a-client"}');
    socket.send('ping');

    const [answer] = await once(socket, 'message');
    const after = await scrape();
    expect(String(answer)).toBe('pong');
    expect(after.sum('websocket_messages_total', { direction: 'in', type: 'other' })).toBe(1);
    expect(after.sum('websocket_messages_total', { direction: 'in', type: 'ping' })).toBe(1);
    expect(after.sum('websocket_messages_total', { direction: 'out', type: 'pong' })).toBe(1);
    await closed(socket);
  });

  test('closes a connection whose message is too big, and goes on', async () => {
    const socket = await connected();

    socket.send('x'.repeat(20_000));

    const [code] = await once(socket, 'close');
    const after = await until(scrape, (seen) => seen.sum('websocket_connections') === 0);
    expect(code).toBe(1009);
    expect(after.sum('websocket_connections_closed_total', { close_code: '1009' })).toBe(1);
  });

  test('refuses an upgrade anywhere else', async () => {
    const [error] = await once(client('/other'), 'error');

    expect(String(error)).toContain('404');
  });

  test('delivers what is pending and says that it is going away when it stops', async () => {
    const socket = await connected();
    sockets.publish(progress(1));

    const messages = once(socket, 'message');
    const ended = once(socket, 'close');
    sockets.stop();

    expect(JSON.parse(String((await messages)[0]))).toEqual([progress(1)]);
    expect((await ended)[0]).toBe(1001);
    const after = await scrape();
    expect(after.sum('websocket_batch_flushes_total', { reason: 'shutdown' })).toBe(1);
  });
});
