import { once } from 'node:events';
import {
  Agent,
  createServer,
  get,
  type IncomingMessage,
  type Server,
  ServerResponse,
} from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { type MeasuredOptions, measured } from '../../lib/instrumentation/http-server';
import { httpServerRequestDuration } from '../../lib/metrics/http';
import {
  listening,
  raw,
  requests,
  requestsOnce,
  samples,
  stopped,
  zeros,
} from '../support/http-samples';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const bodySize = 'http_server_response_body_size_bytes';
const inFlight = 'http_server_active_requests';

let registry: Registry;
let server: Server;

beforeEach(() => {
  registry = new Registry();
});

afterEach(() => stopped(server));

async function started(handler: Handler, options: Partial<MeasuredOptions> = {}) {
  server = createServer(measured(registry, handler, { route: () => '/cells/:id', ...options }));
  return listening(server);
}

const request = 'GET /cells/7 HTTP/1.1\r\nhost: x\r\n\r\n';
const lastRequest = 'GET /cells/7 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
const patienceMs = 50;

async function* broken() {
  yield 'first';
  await wait(10);
  throw new Error('the source broke');
}

function* endless() {
  for (;;) yield Buffer.alloc(1_000_000);
}

describe('measured', () => {
  test.each<[string, number, Handler]>([
    ['text', 5, (_, response) => response.end('12345')],
    ['a length of its own', 3, (_, response) => response.setHeader('content-length', 3).end('123')],
    ['a length at the head', 3, (_, r) => r.writeHead(200, { 'content-length': 3 }).end('123')],
    ['an end that comes twice', 2, (_, response) => response.end('12').end()],
    ['no content', 0, (_, response) => response.writeHead(204).end()],
  ])('knows the size of %s', async (_what, bytes, handler) => {
    const url = await started(handler);

    await fetch(`${url}/cells/7`);

    expect(Object.values(await requestsOnce(registry, 1))).toEqual([1]);
    expect(await samples(registry, `${bodySize}_count`)).toEqual({ '/cells/:id': 1 });
    expect((await samples(registry, `${bodySize}_sum`))['/cells/:id'] ?? 0).toBe(bytes);
  });

  test('counts the bytes of each stream of a connection', async () => {
    const oneConnection = new Agent({ keepAlive: true, maxSockets: 1 });
    const chunks = ['a'.repeat(30_000), 'b'.repeat(20_000)];
    const url = await started((_request, response) =>
      pipeline(Readable.from(chunks), response, none),
    );

    for (const agent of [oneConnection, oneConnection]) {
      const [response] = await once(get(`${url}/cells/7`, { agent }), 'response');
      await once(response.resume(), 'end');
    }

    await requestsOnce(registry, 2);
    const { '/cells/:id': bytes } = await samples(registry, `${bodySize}_sum`);
    expect(bytes).toBeGreaterThanOrEqual(100_000);
    expect(bytes).toBeLessThan(100_200);
    oneConnection.destroy();
  });

  test('counts no bytes for HEAD', async () => {
    const url = await started((_request, response) => {
      response.setHeader('content-length', 5).end();
    });

    await fetch(`${url}/cells/7`, { method: 'HEAD' });

    expect(await requestsOnce(registry, 1)).toEqual({ 'HEAD /cells/:id 200': 1 });
    expect(await samples(registry, `${bodySize}_sum`)).toEqual({});
  });

  test('counts each request of a connection that is kept', async () => {
    const url = await started((_request, response) => {
      response.statusCode = 201;
      response.end('1');
    });

    await raw(url, request + request + lastRequest);

    expect(await requestsOnce(registry, 3)).toEqual({ 'GET /cells/:id 201': 3 });
    expect(await samples(registry, `${bodySize}_sum`)).toEqual({ '/cells/:id': 3 });
    expect(await samples(registry, inFlight)).toEqual({});
  });

  test('counts the answer, not what came before it', async () => {
    const url = await started((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeProcessing();
      response.writeHead(202).end('12');
    });

    const received = await raw(url, lastRequest);

    expect(received).toContain('103 Early Hints');
    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 202': 1 });
  });

  test.each<[string, Handler]>([
    ['before an answer', () => {}],
    ['within an answer', (_request, response) => void response.writeHead(200).write('first')],
    [
      'within a stream',
      (_request, response) => pipeline(Readable.from(endless()), response.writeHead(200), none),
    ],
  ])('counts a client that goes %s as 499', async (_when, handler) => {
    const url = await started(handler);

    await raw(url, request, patienceMs);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 499': 1 });
    expect(await samples(registry, inFlight)).toEqual({});
    expect(await samples(registry, `${bodySize}_count`)).toEqual({});
  });

  test.each<[string, Handler]>([
    ['a source that breaks', (_, response) => pipeline(broken, response.writeHead(200), none)],
    ['a connection that is cut', ({ socket }) => setTimeout(() => socket.destroy(), 10)],
  ])('counts %s as 500', async (_what, handler) => {
    const url = await started(handler);

    await raw(url, lastRequest);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 500': 1 });
  });

  test('counts an answer that was complete when its connection was cut as what it is', async () => {
    const url = await started((request, response) => {
      response.writeHead(404).end('gone');
      request.socket.destroy();
    });

    await raw(url, lastRequest);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 404': 1 });
  });

  test('has nothing in flight when a client goes that had sent requests ahead', async () => {
    const url = await started((request) => void request.resume());

    await raw(url, request.repeat(15), patienceMs);

    expect(await requestsOnce(registry, 15)).toEqual({ 'GET /cells/:id 499': 15 });
    expect(await samples(registry, inFlight)).toEqual({});
  });

  test('counts a request once whose turn came before its client went', async () => {
    let asked = 0;
    const url = await started((_request, response) => {
      asked += 1;
      if (asked === 1) setTimeout(() => response.end('ok'), 10);
    });

    await raw(url, request + request, 100);

    expect(await requestsOnce(registry, 2)).toEqual({
      'GET /cells/:id 200': 1,
      'GET /cells/:id 499': 1,
    });
    expect(await samples(registry, inFlight)).toEqual({});
  });

  test.each<[string, Handler]>([
    ['setHeader', (_, r) => void r.setHeader('content-type', 'text/event-stream').write('data: 1')],
    [
      'writeHead',
      (_, r) => void r.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1'),
    ],
  ])('leaves out server-sent events, told by %s', async (_by, handler) => {
    const url = await started(handler);

    await raw(url, request, patienceMs);
    await wait(50);

    expect(await requests(registry)).toEqual({});
    expect(await samples(registry, inFlight)).toEqual({});
  });

  test('leaves out the upgrade to a WebSocket', async () => {
    const handler = measured(registry, none, { route: () => '/ws' });
    server = createServer(handler);
    // As express-ws does, which sends an upgrade through the handlers of requests.
    server.on('upgrade', (request, socket) => {
      handler(request, new ServerResponse(request));
      socket.destroy();
    });
    const url = await listening(server);

    await raw(
      url,
      `GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n\r\n`,
    );
    await wait(50);

    expect(await requests(registry)).toEqual({});
  });

  test('asks for the route when the response is over', async () => {
    const routes = new WeakMap<IncomingMessage, string>();
    const url = await started(
      (request, response) => {
        routes.set(request, '/late/:id');
        response.end('ok');
      },
      { route: (request) => routes.get(request) },
    );

    await fetch(`${url}/late/7`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /late/:id 200': 1 });
  });

  test.each<[string, () => string | undefined]>([
    ['knows none', () => undefined],
    [
      'throws',
      () => {
        throw new Error('of the router');
      },
    ],
  ])('counts a request as unmatched when the router %s', async (_what, route) => {
    const url = await started((_request, response) => response.end('ok'), { route });

    const response = await fetch(`${url}/cells/7`);

    expect(await response.text()).toBe('ok');
    expect(await requestsOnce(registry, 1)).toEqual({ 'GET unmatched 200': 1 });
  });

  test('measures a request whose filter throws', async () => {
    const ignore = () => {
      throw new Error('of the filter');
    };
    const url = await started((_request, response) => response.end('ok'), { ignore });

    const response = await fetch(`${url}/cells/7`);

    expect(await response.text()).toBe('ok');
    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 200': 1 });
  });

  test('measures what the filter lets through, of a path without its query', async () => {
    const asked: string[] = [];
    const ignore = (path: string) => asked.push(path) === 1;
    const url = await started((_request, response) => response.end('ok'), { ignore });

    await fetch(`${url}/internal?key=secret`);
    await fetch(`${url}/health`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/:id 200': 1 });
    expect(asked).toEqual(['/internal', '/health']);
  });

  test('has the failures of known routes at 0 before any request', async () => {
    await started(none, { routes: [{ method: 'POST', path: '/cells' }] });

    expect(await zeros(registry, 'http_server_request_duration_seconds_count')).toEqual([
      'GET unmatched 500',
      'GET unmatched 503',
      'POST /cells 500',
      'POST /cells 503',
    ]);
  });

  test('keeps what was counted when another server reports to the same registry', async () => {
    const url = await started((_request, response) => response.writeHead(500).end());
    await fetch(`${url}/cells/7`);
    await requestsOnce(registry, 1);

    const routes = [{ method: 'GET', path: '/cells/:id' }];
    measured(registry, none, { route: () => '/cells/:id', routes });

    expect(await requests(registry)).toEqual({ 'GET /cells/:id 500': 1 });
  });

  test('counts the routes beyond the bound together, and loses none', async () => {
    const { atMost } = httpServerRequestDuration.labels.http_route;
    const url = await started((_request, response) => response.writeHead(500).end(), {
      route: ({ url: path }) => path,
    });

    for (let route = 0; route < atMost + 20; route += 1) await fetch(`${url}/raw/${route}`);

    const counted = await requestsOnce(registry, atMost + 20);
    // One of the bound is `unmatched`.
    expect(counted).toMatchObject({ 'GET other 500': 21 });
    expect(Object.keys(counted)).toHaveLength(atMost);
    expect(await samples(registry, 'metrics_label_values_replaced_total')).toEqual({
      'http_server_request_duration_seconds http_route': 21,
      'http_server_response_body_size_bytes http_route': 20,
    });
  });

  test('refuses a registry that is missing before any request', () => {
    expect(() => measured(undefined as unknown as Registry, none, { route: () => '/' })).toThrow(
      'registry must be a Registry of prom-client, got undefined',
    );
  });
});

function none() {}
