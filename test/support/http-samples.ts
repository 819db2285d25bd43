import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Registry } from 'prom-client';

/** Starts a server on a free port and says where it is. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The samples of one name that are not 0, by the values of their labels. */
export async function samples(registry: Registry, name: string): Promise<Record<string, number>> {
  return Object.fromEntries((await children(registry, name)).filter(([, value]) => value !== 0));
}

/** The children of one name that are 0. */
export async function zeros(registry: Registry, name: string): Promise<string[]> {
  return (await children(registry, name)).filter(([, value]) => value === 0).map(([key]) => key);
}

/** How many requests were counted, as `GET /cells/:id 200`. */
export function requests(registry: Registry) {
  return samples(registry, 'http_server_request_duration_seconds_count');
}

/** Waits until what was counted is as many as that, and then says what it is. */
export async function requestsOnce(registry: Registry, count: number) {
  for (let tries = 0; tries < 200; tries += 1) {
    const counted = Object.values(await requests(registry)).reduce((sum, one) => sum + one, 0);
    if (counted >= count) break;
    await wait(10);
  }
  return requests(registry);
}

/** Sends text over a connection, and goes when the other side closes it, or after that time. */
export async function raw(url: string, text: string, patienceMs = 5_000): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.on('error', () => {});
  socket.write(text);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([closed, wait(patienceMs, undefined, { ref: false })]);
  socket.destroy();
  return received;
}

async function children(registry: Registry, name: string): Promise<[string, number][]> {
  const text = await registry.metrics();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => [
      [...line.matchAll(/="([^"]*)"/g)].map(([, value]) => value).join(' '),
      Number(line.slice(line.lastIndexOf(' '))),
    ]);
}
