import { createServer, type Server } from 'node:http';
import type express from 'express';
import express5, { type Express } from 'express';
import { Registry } from 'prom-client';
import { expressMetrics } from '../../lib/instrumentation/express';
import { listening, raw, requests, requestsOnce, samples, stopped } from '../support/http-samples';

// The older version has the same interface, in what is used here, and no types of its own.
const express4: typeof express5 = require('express-4');

let registry: Registry;
let server: Server;

beforeEach(() => {
  registry = new Registry();
});

afterEach(() => stopped(server));

describe.each([
  ['4', express4, { wildcard: '/files/*', rest: ':0' }],
  ['5', express5, { wildcard: '/files/*path', rest: ':path' }],
])('expressMetrics with Express %s', (_version, express, { wildcard, rest }) => {
  const { Router } = express;

  async function started(routes: (app: Express) => void): Promise<string> {
    const app = express();
    app.use(expressMetrics(registry));
    routes(app);
    server = createServer(app);
    return listening(server);
  }

  function nested(app: Express) {
    const cells = Router({ mergeParams: true });
    cells.get('/:cell', (_request, response) => void response.send('cell'));
    cells.get('/', (_request, response) => void response.send('cells'));
    cells.get('/:cell/fail', () => {
      throw new Error('of a handler');
    });
    const plates = Router();
    plates.use('/plates/:plate/cells', cells);
    plates.use((_request, response) => void response.status(404).send('nothing here'));
    app.use('/teams/:team', plates);
  }

  test.each([
    ['/teams/7/plates/b2/cells/9', 'GET /teams/:team/plates/:plate/cells/:cell 200'],
    ['/teams/7/plates/b2/cells', 'GET /teams/:team/plates/:plate/cells 200'],
    ['/teams/7/plates/7/cells/7?all=1', 'GET /teams/:team/plates/:plate/cells/:cell 200'],
    ['/teams/a%2Fb/plates/%C3%BC/cells/9', 'GET /teams/:team/plates/:plate/cells/:cell 200'],
    ['/teams/7/plates/b2/cells/9/fail', 'GET /teams/:team/plates/:plate/cells/:cell/fail 500'],
    ['/teams/7/secret', 'GET /teams/:team/* 404'],
    ['/nowhere/4711', 'GET unmatched 404'],
  ])('counts %s as %s', async (path, expected) => {
    const url = await started(nested);

    await fetch(`${url}${path}`);

    expect(await requestsOnce(registry, 1)).toEqual({ [expected]: 1 });
  });

  test.each([
    ['a list of paths', ['/a', '/b'], '/b', 'GET /a,/b 200'],
    ['an expression', /^\/v\d+$/, '/v17', 'GET /^\\\\/v\\\\d+$/ 200'],
  ])('writes %s as it is in the code', async (_what, path, asked, expected) => {
    const url = await started((app) => {
      app.get(path, (_request, response) => void response.send('ok'));
    });

    await fetch(`${url}${asked}`);

    expect(await requestsOnce(registry, 1)).toEqual({ [expected]: 1 });
  });

  test.each([
    ['a group', /^\/v(\d+)/, '/v17/cells', 'GET /:0/cells 200'],
    ['a name', /^\/v(?<version>\d+)/, '/v17/cells', 'GET /:version/cells 200'],
  ])(
    'names what an expression with %s takes as a mount point',
    async (_, path, asked, expected) => {
      const router = Router().get('/cells', (_request, response) => void response.send('ok'));
      const url = await started((app) => void app.use(path, router));

      await fetch(`${url}${asked}`);

      expect(await requestsOnce(registry, 1)).toEqual({ [expected]: 1 });
    },
  );

  test.each(['/files/a', '/files/a/b/c'])(
    'names what a wildcard takes once, in %s',
    async (path) => {
      const router = Router().get('/', (_request, response) => void response.send('ok'));
      const url = await started((app) => void app.use(wildcard, router));

      await fetch(`${url}${path}`);

      expect(await requestsOnce(registry, 1)).toEqual({ [`GET /files/${rest} 200`]: 1 });
    },
  );

  test.each(['/v2/cells', '/va/cells'])('names a parameter that is part of %s', async (path) => {
    const router = Router().get('/cells', (_request, response) => void response.send('ok'));
    const url = await started((app) => void app.use('/v:version', router));

    await fetch(`${url}${path}`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /:version/cells 200': 1 });
  });

  test('takes no part of a mount point for the parameter of another one', async () => {
    const plates = Router({ mergeParams: true });
    plates.use('/plates', Router().get('/:plate', ok));
    const url = await started((app) => void app.use('/teams/:team', plates));

    await fetch(`${url}/teams/p/plates/9`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /teams/:team/plates/:plate 200': 1 });
  });

  test('knows a path within a router by all of it', async () => {
    const app = express();
    app.use('/cells', Router().use(expressMetrics(registry)).get('/health', ok));
    server = createServer(app);
    const url = await listening(server);

    await fetch(`${url}/cells/health`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /cells/health 200': 1 });
  });

  test('gives up naming a mount point that has endless URLs', async () => {
    const router = Router().get('/cells', (_request, response) => void response.send('ok'));
    const url = await started((app) => void app.use(/^\/v\d+/, router));

    for (let version = 1; version <= 9; version += 1) await fetch(`${url}/v${version}/cells`);

    const counted = await requestsOnce(registry, 9);
    expect(Object.keys(counted)).toHaveLength(6);
    expect(counted).toMatchObject({ 'GET */cells 200': 4 });
  });

  test('keeps one spelling of a mount point, whatever the client writes', async () => {
    const router = Router().get('/cells', (_request, response) => void response.send('ok'));
    const url = await started((app) => void app.use('/api', router));

    for (const base of ['/api', '/API', '/Api']) await fetch(`${url}${base}/cells`);

    expect(await requestsOnce(registry, 3)).toEqual({ 'GET /api/cells 200': 3 });
  });

  test('names the mount point that answered, after another one has passed the request on', async () => {
    const url = await started((app) => {
      app.use('/:tenant', Router());
      app.use(
        '/users',
        Router().get('/:user', (_request, response) => void response.send('ok')),
      );
    });

    await fetch(`${url}/users/7`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /users/:user 200': 1 });
  });

  test('knows a handler without a route by where it is mounted', async () => {
    const url = await started((app) => {
      app.use('/graphql', (_request, response) => void response.send('{}'));
    });

    await fetch(`${url}/graphql/4711`, { method: 'POST' });

    expect(await requestsOnce(registry, 1)).toEqual({ 'POST /graphql/* 200': 1 });
  });

  test('keeps what Express says to the handlers', async () => {
    const url = await started((app) => {
      const router = Router({ mergeParams: true });
      router.get('/:cell', ({ params, baseUrl, route }, response) => {
        response.json({ params, baseUrl, path: route?.path });
      });
      app.use('/teams/:team', router);
    });

    const response = await fetch(`${url}/teams/7/9`);

    expect(await response.json()).toEqual({
      params: { team: '7', cell: '9' },
      baseUrl: '/teams/7',
      path: '/:cell',
    });
  });

  test('names an error that the application answers by the route it came from', async () => {
    const url = await started((app) => {
      nested(app);
      app.use((_e: Error, _r: object, response: express.Response, _n: express.NextFunction) => {
        response.status(503).send('later');
      });
    });

    await fetch(`${url}/teams/7/plates/b2/cells/9/fail`);

    expect(await requestsOnce(registry, 1)).toEqual({
      'GET /teams/:team/plates/:plate/cells/:cell/fail 503': 1,
    });
  });

  test.each([
    ['HEAD', 'HEAD /cells 200'],
    ['OPTIONS', 'OPTIONS unmatched 200'],
    ['PURGE', '_OTHER unmatched 404'],
  ])('counts %s as %s', async (method, expected) => {
    const url = await started((app) => {
      app.get('/cells', (_request, response) => void response.send('ok'));
    });

    await raw(url, `${method} /cells HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);

    expect(await requestsOnce(registry, 1)).toEqual({ [expected]: 1 });
  });

  test('counts a request once when it is used twice', async () => {
    const url = await started((app) => {
      app.use(expressMetrics(registry));
      app.use('/api', express().use(expressMetrics(registry)).get('/cells', ok));
    });

    await fetch(`${url}/api/cells`);

    expect(await requestsOnce(registry, 1)).toEqual({ 'GET /api/cells 200': 1 });
  });

  test('leaves health checks and scrapes out', async () => {
    const url = await started((app) => {
      app.get(/.*/, ok);
    });

    for (const path of ['/health', '/api/healthz', '/api/metrics?x=1', '/readyz']) {
      await fetch(`${url}${path}`);
    }

    expect(await requests(registry)).toEqual({});
  });

  test('lets a request go on whose route cannot be watched', async () => {
    const middleware = expressMetrics(registry);
    server = createServer((request, response) => {
      Object.defineProperty(request, 'route', { value: undefined });
      middleware(request, response, () => response.end('ok'));
    });
    const url = await listening(server);

    const response = await fetch(`${url}/cells`);

    expect(await response.text()).toBe('ok');
    expect(await requestsOnce(registry, 1)).toEqual({ 'GET unmatched 200': 1 });
  });

  test('has the failures of a route at 0 once it was asked', async () => {
    const url = await started((app) => {
      app.get('/cells', (_request, response) => void response.status(200).send('ok'));
    });

    await fetch(`${url}/cells`);
    await requestsOnce(registry, 1);

    const text = await registry.metrics();
    expect(text).toContain('http_route="/cells",http_response_status_code="500"} 0');
    expect(text).toContain('http_route="/cells",http_response_status_code="503"} 0');
  });

  test('has nothing in flight after every kind of end', async () => {
    const url = await started((app) => {
      nested(app);
      app.get('/hang', () => {});
    });

    await fetch(`${url}/teams/7/plates/b2/cells/9/fail`);
    await raw(url, 'GET /hang HTTP/1.1\r\nhost: x\r\n\r\n', 50);

    expect(await requestsOnce(registry, 2)).toMatchObject({ 'GET /hang 499': 1 });
    expect(await samples(registry, 'http_server_active_requests')).toEqual({});
  });
});

function ok(_request: express.Request, response: express.Response) {
  response.send('ok');
}
