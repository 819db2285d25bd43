import { register } from 'prom-client';
import { listening, stopped } from '../support/http-samples';
import { type Backend, backends } from './http-backends';

// fastify-metrics has its histogram in prom-client's own registry, wherever one wants it.
afterEach(() => register.clear());

describe('backends', () => {
  test.each(Object.entries(backends))('%s answers as all the others', async (_name, start) => {
    const { server } = await start();
    const url = await listening(server);

    const response = await fetch(`${url}/api/r7/4711?status=404`, { method: 'POST' });

    expect([response.status, await response.json()]).toEqual([404, { id: '4711' }]);
    await stopped(server);
  });

  const measuring = Object.entries(backends).filter(([name]) => !name.endsWith(' bare'));

  test.each(measuring)('%s counts by method, template and status', async (_name, start) => {
    const { server, registry }: Backend = await start();
    const url = await listening(server);

    await fetch(`${url}/api/r7/4711?status=404`).then((response) => response.text());
    await stopped(server);

    const counted = (await registry.metrics()).match(/^http_.*_seconds_count.* 1$/gm);
    expect(counted).toEqual([expect.stringMatching(/^(?=.*"GET")(?=.*"404")(?!.*4711).*r7/)]);
  });
});
