import type { HttpAnswer, HttpRequest, HttpServer } from '../../../local/http-server';
import { serve } from '../../../local/http-server';
import { type Inbox, type InboxOptions, startInbox } from '../../../local/inbox';
import type { InboxMessage } from '../../../local/inbox/mailbox';
import { eventsOf } from './live-events';

const trigger = {
  routing_key: 'a'.repeat(32),
  event_action: 'trigger',
  dedup_key: 'k',
  payload: { summary: 'Requests fail', source: 'api', severity: 'critical' },
};

describe('startInbox', () => {
  let inbox: Inbox;
  const servers: HttpServer[] = [];

  afterEach(async () => {
    await inbox.stop();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function start(options: Partial<InboxOptions> = {}) {
    inbox = await startInbox({
      environmentName: 'test',
      port: 0,
      channels: () => [],
      originOf: () => undefined,
      ...options,
    });
  }

  const post = (path: string, body: object) =>
    fetch(inbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const messages = async (query = '') => {
    const response = await fetch(`${inbox.url}/messages${query}`);
    return (await response.json()) as InboxMessage[];
  };

  test('takes a message as Slack does, and keeps the secret of its address to itself', async () => {
    await start();

    const response = await post('/slack/services/T/B/secret', { text: 'hello' });

    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(await messages()).toMatchObject([
      { channel: 'slack', state: 'firing', request: { url: '/slack/…', body: { text: 'hello' } } },
    ]);
  });

  test('takes an event as PagerDuty does, and hides its key', async () => {
    await start();

    const response = await post('/v2/enqueue', trigger);

    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      status: 'success',
      message: 'Event processed',
      dedup_key: 'k',
    });
    expect(await messages()).toMatchObject([
      { channel: 'pagerduty', request: { body: { ...trigger, routing_key: '…' } } },
    ]);
  });

  test('refuses what Slack refuses, with the word of Slack', async () => {
    await start();

    const response = await post('/slack/x', { blocks: [{ type: 'fancy' }] });

    expect([response.status, await response.text()]).toEqual([400, 'invalid_blocks']);
    expect(await messages()).toEqual([]);
  });

  test('refuses what PagerDuty refuses, with every error', async () => {
    await start();

    const response = await post('/v2/enqueue', { event_action: 'trigger' });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      status: 'invalid event',
      errors: ["'routing_key' is missing or blank", "'payload' is missing or blank"],
    });
  });

  test('says of a message where it came from', async () => {
    const publishedAt = '2026-11-23T20:00:00.000Z';
    await start({
      originOf: () => ({ publishedAt, alertname: 'HttpErrorRateHigh', state: 'resolved' }),
    });

    await post('/slack/x', { text: 'hello' });

    const origin = { publishedAt, alertname: 'HttpErrorRateHigh', state: 'resolved' };
    expect(await messages()).toMatchObject([origin]);
  });

  test('lists the messages of one channel, the newest last', async () => {
    await start();
    await post('/slack/x', { text: 'one' });
    await post('/v2/enqueue', trigger);
    await post('/slack/x', { text: 'two' });

    const found = await messages('?channel=slack');

    expect(found.map(({ request }) => request.body)).toEqual([{ text: 'one' }, { text: 'two' }]);
    expect((await fetch(`${inbox.url}/messages?channel=teams`)).status).toBe(400);
  });

  test('forgets all messages on request', async () => {
    await start();
    await post('/slack/x', { text: 'hello' });

    await fetch(`${inbox.url}/messages`, { method: 'DELETE' });

    expect(await messages()).toEqual([]);
  });

  test('answers as told while a service is out, and keeps nothing', async () => {
    const outage = (): HttpAnswer => ({ status: 429, headers: { 'retry-after': '7' } });
    await start({ outage });

    const response = await post('/slack/x', { text: 'hello' });

    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await messages()).toEqual([]);
  });

  /** A service at the other end of the internet, as it were. */
  async function realService(answer: HttpAnswer) {
    const heard: HttpRequest[] = [];
    const server = await serve(0, (request) => {
      heard.push(request);
      return answer;
    });
    servers.push(server);
    return { heard, url: `http://127.0.0.1:${server.port}/real-secret` };
  }

  test('sends Slack the same message for real', async () => {
    const { heard, url } = await realService({ status: 200, body: 'ok' });
    await start({ slackWebhookUrl: url });

    const response = await post('/slack/x', { text: 'hello' });

    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(heard).toMatchObject([{ path: '/real-secret', body: '{"text":"hello"}' }]);
    expect(await messages()).toHaveLength(1);
  });

  test('sends PagerDuty the same event for real, with the real key', async () => {
    const { heard, url } = await realService({ status: 202, body: '{}' });
    await start({ pagerdutyServiceKey: 'real-key', pagerdutyUrl: url });

    await post('/v2/enqueue', trigger);

    expect(heard.map(({ body }) => JSON.parse(body))).toEqual([
      { ...trigger, routing_key: 'real-key' },
    ]);
    expect(JSON.stringify(await messages())).not.toContain('real-key');
  });

  test('passes on the real answer', async () => {
    const { url } = await realService({ status: 429, headers: { 'retry-after': '30' }, body: 'x' });
    await start({ slackWebhookUrl: url });

    const response = await post('/slack/x', { text: 'hello' });

    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30']);
    expect(await messages()).toEqual([]);
  });

  test('never names the real address, not even when nobody answers there', async () => {
    await start({ slackWebhookUrl: 'http://127.0.0.1:1/real-secret' });

    const response = await post('/slack/x', { text: 'hello' });
    const events = await eventsOf(inbox.url);
    const shown = await events.next('snapshot');
    await events.close();

    expect(response.status).toBe(502);
    expect(shown).toContain('"reason":"answered 502"');
    expect(shown + (await response.text())).not.toContain('real-secret');
  });

  test.each([
    ['slack', '/slack/x', { status: 404, body: 'no_service' }, 'answered 404 no_service'],
    ['slack', '/slack/x', { status: 200, body: '<html>' }, 'answered 200 without ok'],
    ['slack', '/slack/x', { status: 500, body: 'about /real-secret' }, 'answered 500'],
    ['pagerduty', '/v2/enqueue', { status: 400, body: '{}' }, 'answered 400'],
    [
      'pagerduty',
      '/v2/enqueue',
      { status: 400, body: '{"message":"Event object is invalid"}' },
      'answered 400 Event object is invalid',
    ],
    [
      'pagerduty',
      '/v2/enqueue',
      { status: 400, body: `{"message":"Unknown key ${'0'.repeat(32)}"}` },
      'answered 400',
    ],
  ])(
    'says in the terminal why the real %s did not take a message',
    async (name, path, answer, why) => {
      const lines: string[] = [];
      const { url } = await realService(answer);
      const real = { slackWebhookUrl: url, pagerdutyServiceKey: 'real-key', pagerdutyUrl: url };
      await start({ ...real, report: (line) => lines.push(line) });

      await post(path, { text: 'hello', ...trigger });
      await post(path, { text: 'hello', ...trigger });

      expect(lines).toEqual([expect.stringMatching(`^the real ${name} .* ${why}; `)]);
      expect(lines.join()).not.toMatch(/real-secret|real-key/);
    },
  );

  test('says in the terminal that a real service cannot be reached, at most once a minute', async () => {
    const lines: string[] = [];
    const report = (line: string) => lines.push(line);
    const { url } = await realService({ status: 200 });
    await servers.pop()?.close();
    await start({ slackWebhookUrl: url, report });
    const now = jest.spyOn(Date, 'now');
    const began = Date.now();

    for (const laterMs of [0, 59_000, 61_000]) {
      now.mockReturnValue(began + laterMs);
      await post('/slack/x', { text: 'hello' });
    }
    now.mockRestore();

    const line =
      'the real slack did not take a message: could not be reached (ECONNREFUSED); its address is in SLACK_WEBHOOK_URL';
    expect(lines).toEqual([line, line]);
  });

  test('tells a page everything at the start, and then each change', async () => {
    await start();
    await post('/slack/x', { text: 'before' });

    const events = await eventsOf(inbox.url);
    const snapshot = await events.next('');
    await post('/slack/x', { text: 'after' });
    const message = await events.next('');
    await fetch(`${inbox.url}/messages`, { method: 'DELETE' });
    const cleared = await events.next('');
    await events.close();

    expect(snapshot).toMatch(/^event: snapshot\ndata: .*before/);
    expect(message).toMatch(/^event: message\ndata: .*after/);
    expect(cleared).toBe('event: clear\ndata: null');
  });

  test('tells a page what has changed beside the messages', async () => {
    await start();
    const events = await eventsOf(inbox.url);
    await events.next('snapshot');

    await post('/slack/x', {});
    const status = await events.next('status');
    await events.close();

    expect(status).toMatch(/^event: status\ndata: .*"reason":"no_text: /);
  });

  test('serves a page that loads nothing from elsewhere', async () => {
    await start();

    const page = await fetch(inbox.url);
    const html = await page.text();
    const parts = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path ?? '');
    const statuses = await Promise.all(
      parts.map(async (path) => (await fetch(inbox.url + path)).status),
    );

    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(parts).toContain('/page.js');
    expect(statuses).toEqual(parts.map(() => 200));
  });
});
