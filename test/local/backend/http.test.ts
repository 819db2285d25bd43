import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { BadRequest, httpServer, json, type Route } from '../../../local/backend/http.js';
import { DatabaseFailure } from '../../../local/backend/pool.js';
import { samples, until } from './backend.js';

const requests = 'http_server_request_duration_seconds_count';

const routes: Route[] = [
  { method: 'GET', path: '/health', operates: true, answer: () => json(200, {}) },
  {
    method: 'GET',
    path: '/api/cells/:id',
    answer: ({ params }) => json(200, params),
  },
  {
    method: 'POST',
    path: '/api/cells',
    answer: ({ body }) => json(200, body),
  },
  { method: 'GET', path: '/api/slow', answer: () => pause(300, json(200, {})) },
  ...Object.entries({
    bad: new BadRequest('cellId must be a number'),
    query: new DatabaseFailure('query', 'no such column'),
    unavailable: new DatabaseFailure('unavailable', 'refused'),
    defect: new TypeError('undefined is not a function'),
  }).map(
    ([name, error]): Route => ({
      method: 'GET',
      path: `/throws/${name}`,
      answer: () => Promise.reject(error),
    }),
  ),
];

describe('httpServer', () => {
  const registry = new Registry();
  const server = httpServer(routes, registry);
  const scrape = async () => samples(await registry.metrics());
  const port = () => (server.address() as AddressInfo).port;
  const url = (path: string) => `http://127.0.0.1:${port()}${path}`;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  async function raw(request: string): Promise<string> {
    const socket = connect(port(), '127.0.0.1').setEncoding('utf8');
    socket.end(request);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return answer;
  }

  test('starts the failures of each route at 0', async () => {
    const other = new Registry();

    httpServer(routes, other);

    const fresh = samples(await other.metrics());
    const labels = { http_route: '/api/cells/:id', http_request_method: 'GET' };
    expect(fresh.sum(requests, { ...labels, http_response_status_code: '500' })).toBe(0);
    expect(fresh.sum(requests, { ...labels, http_response_status_code: '503' })).toBe(0);
    expect([...fresh.values(requests, 'http_route')]).not.toContain('/health');
  });

  test('serves what it measures', async () => {
    const response = await fetch(url('/api/metrics'));

    expect(response.headers.get('content-type')).toBe(registry.contentType);
    expect(samples(await response.text()).sum(requests, { http_route: 'unmatched' })).toBe(0);
  });

  test('labels a request with the template of its route', async () => {
    const response = await fetch(url('/api/cells/7?secret=1'));

    const after = await until(
      scrape,
      (seen) => seen.sum(requests, { http_route: '/api/cells/:id' }) === 1,
    );
    expect(await response.json()).toEqual({ id: '7' });
    const labels = { http_request_method: 'GET', http_response_status_code: '200' };
    expect(after.sum(requests, { http_route: '/api/cells/:id', ...labels })).toBe(1);
  });

  test('does not measure the routes of its operation', async () => {
    const before = await scrape();

    for (const path of ['/health', '/health?probe=1', '/api/metrics']) await fetch(url(path));
    await pause(20);

    const after = await scrape();
    expect(after.sum(requests)).toBe(before.sum(requests));
    expect([...after.values(requests, 'http_route')]).not.toContain('/health');
  });

  test.each([
    'GET /nothing HTTP/1.1',
    'GET /api/cells/7/more HTTP/1.1',
    'GET // HTTP/1.1',
    'GET /%zz%00 HTTP/1.1',
    'GET http://[::1/x HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'DELETE /api/cells/7 HTTP/1.1',
    'PROPFIND /api/cells/7 HTTP/1.1',
    `GET /${'x'.repeat(8_000)} HTTP/1.1`,
  ])('counts %p as unmatched', async (line) => {
    const before = await scrape();

    const answer = await raw(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);

    const unmatched = { http_route: 'unmatched', http_response_status_code: '404' };
    const count = (before.sum(requests, unmatched) ?? 0) + 1;
    await until(scrape, (seen) => seen.sum(requests, unmatched) === count);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });

  test('knows no route or method but its own', async () => {
    const { values } = await scrape();

    const own = [
      ...routes.filter((route) => !route.operates).map((route) => route.path),
      'unmatched',
    ];
    expect(own).toEqual(expect.arrayContaining([...values(requests, 'http_route')]));
    expect([...values(requests, 'http_request_method')].sort()).toEqual([
      'DELETE',
      'GET',
      'OPTIONS',
      'POST',
      '_OTHER',
    ]);
  });

  test('has a bucket edge at two seconds', async () => {
    const { values } = await scrape();

    expect([...values('http_server_request_duration_seconds_bucket', 'le')]).toContain('2');
  });

  test.each([
    ['bad', 400],
    ['query', 500],
    ['unavailable', 503],
    ['defect', 500],
  ])('answers an error of kind %s with %i', async (name, status) => {
    jest.spyOn(console, 'error').mockImplementation();

    const response = await fetch(url(`/throws/${name}`));

    expect(response.status).toBe(status);
  });

  test.each([
    ['{"cellId": 1', 'is not JSON'],
    [`"${'x'.repeat(65_536)}"`, 'more than 65536 bytes'],
  ])('answers 400 to a body that it cannot read', async (body, message) => {
    const response = await fetch(url('/api/cells'), { method: 'POST', body });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
  });

  test('counts a client that gave up as 499, and as active only until then', async () => {
    const given = new AbortController();
    const asked = fetch(url('/api/slow'), { signal: given.signal });
    const during = await until(scrape, (seen) => seen.sum('http_server_active_requests') === 1);

    given.abort();
    await asked.catch(() => {});

    const gone = { http_route: '/api/slow', http_response_status_code: '499' };
    const after = await until(scrape, (seen) => seen.sum(requests, gone) === 1);
    expect(during.sum('http_server_active_requests', { http_request_method: 'GET' })).toBe(1);
    expect(after.sum('http_server_active_requests')).toBe(0);
  });
});
