import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import {
  type EndpointOptions,
  type MetricsServer,
  metricsHandler,
  serveMetrics,
} from '../../lib/instrumentation/metrics-endpoint';
import { listening, raw, stopped } from '../support/http-samples';

const root = join(__dirname, '../..');

let registry: Registry;
let server: Server;

beforeEach(() => {
  registry = new Registry();
  new Counter({ name: 'cells_total', help: 'Cells', registers: [registry] }).inc(3);
});

describe('metricsHandler', () => {
  afterEach(() => stopped(server));

  function started(options?: EndpointOptions) {
    server = createServer(metricsHandler(registry, options));
    return listening(server);
  }

  test('answers with the metrics, as Prometheus reads them', async () => {
    const url = await started();

    const response = await fetch(`${url}/api/metrics`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('cells_total 3');
  });

  test('answers in the format of the registry', async () => {
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const url = await started();

    const response = await fetch(url);

    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    expect(await response.text()).toContain('# EOF');
  });

  test('answers HEAD with the length and nothing else', async () => {
    const url = await started();

    const received = await raw(url, 'HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');

    expect(received).toMatch(/content-length: [1-9]/i);
    expect(received.endsWith('\r\n\r\n')).toBe(true);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const url = await started();

    const response = await fetch(url, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each([
    ['the token', 'Bearer s3cret', 200],
    ['the token in another spelling of the scheme', 'bearer  s3cret', 200],
    ['no token', '', 401],
    ['another token', 'Bearer s3creT', 401],
    ['a longer token', 'Bearer s3cret2', 401],
    ['a part of the token', 'Bearer s3cre', 401],
    ['nothing after the scheme', 'Bearer ', 401],
    ['another scheme', 'Basic s3cret', 401],
    ['the token alone', 's3cret', 401],
  ])('given %s answers %#', async (_what, authorization, status) => {
    const url = await started({ token: 's3cret' });

    const response = await fetch(url, { headers: { authorization } });

    expect(response.status).toBe(status);
    expect((await response.text()).includes('cells_total')).toBe(status === 200);
  });

  test('says what it wants when the token is missing', async () => {
    const url = await started({ token: 's3cret' });

    const response = await fetch(url);

    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.text()).toBe('a bearer token is needed\n');
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no database')), 'no database'],
    ['throws no error', () => Promise.reject('no database'), 'no database'],
  ])('answers 500 when a collect function %s', async (_what, collect, reason) => {
    new Gauge({ name: 'rows', help: 'Rows', registers: [registry], collect });
    const url = await started();

    const response = await fetch(url);

    expect(response.status).toBe(500);
    expect(await response.text()).toBe(`a metric could not be collected: ${reason}\n`);
  });

  test('lets go of a request that was answered in the meantime', async () => {
    const answer = metricsHandler(registry);
    const settled: Promise<void>[] = [];
    server = createServer((request, response) => {
      settled.push(answer(request, response));
      response.writeHead(503).end();
    });
    const url = await listening(server);

    const response = await fetch(url);

    expect(response.status).toBe(503);
    await expect(settled[0]).resolves.toBeUndefined();
  });

  test('is a route of Express', async () => {
    const app = express().get('/api/metrics', metricsHandler(registry, { token: 's3cret' }));
    server = createServer(app);
    const url = await listening(server);

    const response = await fetch(`${url}/api/metrics`, {
      headers: { authorization: 'Bearer s3cret' },
    });

    expect(await response.text()).toContain('cells_total 3');
  });

  test('takes the sum of several workers for a registry', async () => {
    const workers = new AggregatorRegistry();
    const source = { contentType: workers.contentType, metrics: () => registry.metrics() };
    server = createServer(metricsHandler(source));
    const url = await listening(server);

    const response = await fetch(url);

    expect(await response.text()).toContain('cells_total 3');
  });

  test.each([
    ['an empty token', () => metricsHandler(registry, { token: '' }), /^token must not be empty/],
    [
      'a blank token',
      () => metricsHandler(registry, { token: ' ' }),
      /^token must be ASCII without/,
    ],
    [
      'a token with its line end',
      () => metricsHandler(registry, { token: 't\n' }),
      /^token must be/,
    ],
    [
      'a token that no header holds',
      () => metricsHandler(registry, { token: 'ő' }),
      /^token must be/,
    ],
    [
      'a token that is none',
      () => metricsHandler(registry, JSON.parse('{ "token": null }')),
      /^token must be/,
    ],
    [
      'no registry',
      () => metricsHandler(undefined as unknown as Registry),
      /^registry must be a Registry of prom-client, got undefined$/,
    ],
  ])('refuses %s before any request', async (_what, make, message) => {
    await started();

    expect(make).toThrow(message);
  });
});

describe('serveMetrics', () => {
  let metrics: MetricsServer;

  afterEach(() => metrics.close());

  test('serves on a port of its own, until it is closed', async () => {
    metrics = await serveMetrics(registry, { port: 0, host: '127.0.0.1', token: 's3cret' });
    const ask = (token: string) =>
      fetch(`http://127.0.0.1:${metrics.port}/metrics`, {
        headers: { authorization: `Bearer ${token}` },
      });

    const statuses = [await ask('s3cret'), await ask('wrong')].map(({ status }) => status);
    await metrics.close();

    expect(statuses).toEqual([200, 401]);
    await expect(ask('s3cret')).rejects.toThrow();
  });

  test('does not keep the process alive', async () => {
    metrics = await serveMetrics(registry, { port: 0, host: '127.0.0.1' });
    const script = `require('./lib/instrumentation/metrics-endpoint.ts').serveMetrics(
      { contentType: 'text/plain', metrics: async () => '' }, { port: 0, host: '127.0.0.1' })`;
    const args = ['--require', 'tsx/cjs', '-e', script];

    const { status } = spawnSync(process.execPath, args, { cwd: root, timeout: 10_000 });

    expect(status).toBe(0);
  }, 20_000);

  test('fails when the port is taken', async () => {
    metrics = await serveMetrics(registry, { port: 0, host: '127.0.0.1' });

    const second = serveMetrics(registry, { port: metrics.port, host: '127.0.0.1' });

    await expect(second).rejects.toThrow('EADDRINUSE');
  });
});
