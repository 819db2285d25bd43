import { once } from 'node:events';
import { connect } from 'node:http2';
import fastify5, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { fastifyMetrics, fastifyMetricsHandler } from '../../lib/instrumentation/fastify';
import { raw, requests, requestsOnce, samples, zeros } from '../support/http-samples';

// The older version has the same interface, in what is used here, and types that are not assignable to it.
const fastify4: typeof fastify5 = require('fastify-4');

const versions = [
  ['4', fastify4],
  ['5', fastify5],
] as const;

let registry: Registry;
let app: FastifyInstance;

beforeEach(() => {
  registry = new Registry();
});

afterEach(() => app.close());

async function started(): Promise<string> {
  return app.listen({ port: 0, host: '127.0.0.1' });
}

function cells(of: FastifyInstance) {
  of.get('/cells/:id', async () => 'cell');
  of.get('/fail', async () => {
    throw new Error('of a handler');
  });
  of.get('/hang', async () => new Promise(() => {}));
  of.route({ method: ['PUT', 'PATCH'], url: '/cells/:id', handler: async () => 'changed' });
}

describe.each(versions)('fastifyMetrics with Fastify %s', (_version, fastify) => {
  beforeEach(() => {
    app = fastify();
  });

  test.each([
    ['GET', '/api/cells/7?all=1', 'GET /api/cells/:id 200'],
    ['HEAD', '/api/cells/7', 'HEAD /api/cells/:id 200'],
    ['PATCH', '/api/cells/7', 'PATCH /api/cells/:id 200'],
    ['GET', '/api/fail', 'GET /api/fail 500'],
    ['GET', '/nowhere/4711', 'GET unmatched 404'],
    ['GET', '/api/nowhere/4711', 'GET unmatched 404'],
    ['OPTIONS', '/api/cells/7', 'OPTIONS unmatched 404'],
  ])('counts %s %s as %s', async (method, path, expected) => {
    app.register(fastifyMetrics(registry));
    app.register(
      async (api) => {
        api.setNotFoundHandler((_request, reply) => void reply.code(404).send('nothing here'));
        cells(api);
      },
      { prefix: '/api' },
    );
    const url = await started();

    await fetch(`${url}${path}`, { method });

    expect(await requestsOnce(registry, 1)).toEqual({ [expected]: 1 });
  });

  test('sees the routes of siblings and of their children', async () => {
    app.register(fastifyMetrics(registry));
    app.register(
      async (team) => {
        team.register(async (inner) => cells(inner), { prefix: '/inner' });
      },
      { prefix: '/team' },
    );
    app.get('/top', async () => 'top');
    const url = await started();

    await fetch(`${url}/team/inner/cells/7`);
    await fetch(`${url}/top`);

    expect(await requestsOnce(registry, 2)).toEqual({
      'GET /team/inner/cells/:id 200': 1,
      'GET /top 200': 1,
    });
  });

  test('has the failures of every route at 0 before any request', async () => {
    app.register(fastifyMetrics(registry));
    app.register(async (api) => {
      api.route({ method: ['PUT', 'PATCH'], url: '/cells/:id', handler: async () => 'changed' });
      api.get('/cells', async () => 'cells');
      api.get('/health', async () => 'fine');
    });
    await app.ready();

    expect(await zeros(registry, 'http_server_request_duration_seconds_count')).toEqual([
      'GET unmatched 500',
      'GET unmatched 503',
      'PUT /cells/:id 500',
      'PUT /cells/:id 503',
      'PATCH /cells/:id 500',
      'PATCH /cells/:id 503',
      'GET /cells 500',
      'GET /cells 503',
    ]);
  });

  test('leaves health checks and scrapes out', async () => {
    app.register(fastifyMetrics(registry));
    app.get('/health', async () => 'fine');
    app.get('/internal', async () => 'fine');
    const url = await started();

    await fetch(`${url}/health`);
    await fetch(`${url}/api/metrics`);

    expect(await requests(registry)).toEqual({});
  });

  test('has nothing in flight after a client has gone', async () => {
    app.register(fastifyMetrics(registry));
    app.register(async (api) => cells(api));
    const url = await started();

    await raw(url, 'GET /hang HTTP/1.1\r\nhost: x\r\n\r\n', 50);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /hang 499': 1 });
    expect(await samples(registry, 'http_server_active_requests')).toEqual({});
  });

  test('knows the size of an answer', async () => {
    app.register(fastifyMetrics(registry));
    app.register(async (api) => cells(api));
    const url = await started();

    await fetch(`${url}/cells/7`);
    await requestsOnce(registry, 1);

    expect(await samples(registry, 'http_server_response_body_size_bytes_sum')).toEqual({
      '/cells/:id': 4,
    });
  });

  test('measures over HTTP/2', async () => {
    const h2 = fastify({ http2: true });
    h2.register(fastifyMetrics(registry));
    h2.get('/cells/:id', async () => 'cell');
    h2.get('/hang', async () => new Promise(() => {}));

    const client = connect(await h2.listen({ port: 0, host: '127.0.0.1' }));
    const streams = [client.request({ ':path': '/cells/7' }), client.request({ ':path': '/hang' })];
    await once(streams[0]?.resume() ?? client, 'end');
    client.destroy();

    expect(await requestsOnce(registry, 2)).toMatchObject({ 'GET /cells/:id 200': 1 });
    expect(await samples(registry, 'http_server_active_requests')).toEqual({});
    await h2.close();
  });
});

describe.each(versions)('fastifyMetricsHandler with Fastify %s', (_version, fastify) => {
  beforeEach(() => {
    app = fastify();
  });

  test.each([
    ['Bearer s3cret', 200],
    ['Bearer wrong', 401],
  ])('given %s answers %d', async (authorization, status) => {
    app.register(fastifyMetrics(registry));
    app.get('/api/metrics', fastifyMetricsHandler(registry, { token: 's3cret' }));
    const url = await started();

    const response = await fetch(`${url}/api/metrics`, { headers: { authorization } });

    expect(response.status).toBe(status);
    expect((await response.text()).includes('http_server_active_requests')).toBe(status === 200);
  });
});
