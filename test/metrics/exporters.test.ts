import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import bundle from 'express-prom-bundle';
import fastify from 'fastify';
import fastifyMetrics from 'fastify-metrics';
import { exporters } from '../../lib/metrics/exporters';
import { families } from '../support/scrape';

const stops: (() => unknown)[] = [];

afterEach(() => Promise.all(stops.map((stop) => stop())));

describe('middleware', () => {
  test('is what express-prom-bundle and fastify-metrics expose', async () => {
    const found = [families(await ofExpress()), families(await ofFastify())];

    const exposed = exporters.middleware.map(({ name }) => ({
      name,
      types: found.map((one) => one.get(name)?.type),
      labels: [...new Set(found.flatMap((one) => [...(one.get(name)?.labels ?? [])]))].sort(),
    }));

    expect(exposed).toEqual(
      exporters.middleware.map(({ name, type, labels }) => ({
        name,
        types: [type, type],
        labels: [...labels].sort(),
      })),
    );
  });
});

async function ofExpress(): Promise<string> {
  const app = express();
  app.use(bundle({ includeMethod: true, includePath: true }));
  app.get('/', (_, response) => void response.end());
  const server = app.listen(0, '127.0.0.1');
  stops.push(() => server.close());
  await once(server, 'listening');
  return scrapeOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function ofFastify(): Promise<string> {
  const app = fastify();
  stops.push(() => app.close());
  await app.register(fastifyMetrics, { endpoint: '/metrics', clearRegisterOnInit: true });
  app.get('/', async () => '');
  return scrapeOf(await app.listen({ port: 0, host: '127.0.0.1' }));
}

/** What is scraped after one request; connections are not kept, so that servers can be closed. */
async function scrapeOf(url: string): Promise<string> {
  const headers = { connection: 'close' };
  await (await fetch(url, { headers })).text();
  return (await fetch(`${url}/metrics`, { headers })).text();
}
