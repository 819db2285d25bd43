import type { Render } from '../../lambdas/shared/attempt.js';
import { forward, type Handler } from '../../lambdas/shared/forward.js';
import { type Channel, channelNames } from '../../lib/notifications/channels.js';
import { type AwsSink, startAwsSink } from '../support/aws-sink.js';
import { type HttpSink, type SinkAnswer, startHttpSink } from '../support/http-sink.js';
import { captured, sqsRecord, withTimeLeft } from '../support/messages.js';
import { captureOutput, type Output } from '../support/output.js';

interface ChannelFacts {
  readonly secret: string;
  readonly replacement: string;
  readonly yes: SinkAnswer;
  readonly render: () => Promise<Render>;
}

// Starts before the channels are loaded, because they read their addresses from the environment.
let channelSink: HttpSink;
let aws: AwsSink;
let output: Output;

/** What the kit must know about each channel; a new one does not compile without. */
const facts: Record<Channel, () => ChannelFacts> = {
  slack: () => ({
    secret: `${channelSink.url}/services/T0PLANTED/B0PLANTED/plantedplanted`,
    replacement: `${channelSink.url}/services/T0PLANTED/B0PLANTED/replaced`,
    yes: { body: 'ok' },
    render: async () => (await import('../../lambdas/notify/slack.js')).slackMessage,
  }),
  pagerduty: () => ({
    secret: 'plantedplantedplantedplanted0001',
    replacement: 'plantedplantedplantedplanted0002',
    yes: { status: 202, body: '{"status":"success","message":"Event processed"}' },
    render: async () => (await import('../../lambdas/notify/pagerduty.js')).pagerDutyEvent,
  }),
};

beforeAll(async () => {
  channelSink = await startHttpSink(() => ({ status: 500, body: 'not planned' }));
  aws = await startAwsSink();
  process.env.PAGERDUTY_URL = `${channelSink.url}/v2/enqueue`;
  process.env.QUEUE_URL = `${aws.url}/222222222222/prod`;
});

beforeEach(() => {
  output = captureOutput();
});

afterEach(() => {
  output.release();
  channelSink.reset();
  aws.reset();
  aws.secrets.clear();
});

afterAll(() => Promise.all([channelSink.stop(), aws.stop()]));

async function handlerOf(channel: Channel): Promise<Handler> {
  const { secret, render } = facts[channel]();
  process.env.ENVIRONMENT = 'prod';
  process.env.SECRET_NAME = `spheroseg/prod/${channel}`;
  aws.secrets.set(`spheroseg/prod/${channel}`, secret);
  return forward(channel, await render());
}

const firing = () => ({ Records: [sqsRecord(captured('one-firing'))] });
const plenty = withTimeLeft(30_000);
const queued = { batchItemFailures: [{ itemIdentifier: 'm1' }] };

describe.each(channelNames)('the %s channel', (channel) => {
  test('delivers an alert with one request', async () => {
    const handler = await handlerOf(channel);
    channelSink.next(facts[channel]().yes);

    const response = await handler(firing(), plenty);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(channelSink.requests).toHaveLength(1);
    expect(channelSink.requests[0]?.headers['content-type']).toMatch(/^application\/json/);
    expect(channelSink.requests[0]?.bytes.toString()).toContain('7.3 % of the requests of api');
    expect(output.lines('outcome')).toEqual([
      expect.objectContaining({ channel, outcome: 'delivered', alertName: 'HttpErrorRateHigh' }),
    ]);
  });

  test.each<[string, SinkAnswer, string]>([
    ['400', { status: 400, body: 'malformed' }, 'client'],
    ['401', { status: 401 }, 'auth'],
    ['403', { status: 403 }, 'auth'],
    ['404', { status: 404 }, 'client'],
    ['429', { status: 429 }, 'rateLimited'],
    ['500', { status: 500 }, 'server'],
    ['503', { status: 503, body: '<html>busy</html>' }, 'server'],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 'client'],
    ["somebody else's page", { status: 200, body: '<html>Log in</html>' }, 'server'],
    ['a broken connection', { reset: true }, 'server'],
  ])('keeps an alert queued after %s', async (_, answer, reason) => {
    const handler = await handlerOf(channel);
    channelSink.next(answer);

    const response = await handler(firing(), plenty);

    expect(response).toEqual(queued);
    expect(channelSink.requests).toHaveLength(1);
    expect(output.lines('Failed')).toEqual([
      expect.objectContaining({ Channel: channel, Failed: 1, Reason: reason }),
    ]);
    expect(aws.calls('ChangeMessageVisibility')).toEqual([
      expect.objectContaining({ ReceiptHandle: 'receipt-of-m1' }),
    ]);
  });

  test('gives up a request before the time of the function is over', async () => {
    const handler = await handlerOf(channel);
    channelSink.next({ ...facts[channel]().yes, delayMs: 5_000 });
    const startedAt = Date.now();

    const response = await handler(firing(), withTimeLeft(2_700));

    expect(response).toEqual(queued);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    expect(output.lines('Failed')).toEqual([expect.objectContaining({ Reason: 'timeout' })]);
  });

  test('rests as long as a rate limit asks for', async () => {
    const handler = await handlerOf(channel);
    channelSink.next({ status: 429, headers: { 'retry-after': '40' } });

    await handler(firing(), plenty);

    const [call] = aws.calls('ChangeMessageVisibility');
    expect(call?.VisibilityTimeout).toBeGreaterThanOrEqual(40);
    expect(call?.VisibilityTimeout).toBeLessThanOrEqual(45);
  });

  test('waits for a secret that nobody has filled', async () => {
    const handler = await handlerOf(channel);
    aws.secrets.clear();

    const response = await handler(firing(), plenty);

    expect(response).toEqual(queued);
    expect(channelSink.requests).toEqual([]);
    expect(output.lines('NotConfigured')).toHaveLength(1);
    expect(aws.calls('ChangeMessageVisibility')).toEqual([
      expect.objectContaining({ VisibilityTimeout: 900 }),
    ]);
  });

  test('tries a replaced secret at once when the old one is refused', async () => {
    const { replacement, yes } = facts[channel]();
    const handler = await handlerOf(channel);
    channelSink.next(yes, { status: 403 }, yes);
    await handler(firing(), plenty);
    aws.secrets.set(`spheroseg/prod/${channel}`, replacement);

    const response = await handler(firing(), plenty);

    expect(response).toEqual({ batchItemFailures: [] });
    const [, , { path = '', bytes = '' } = {}] = channelSink.requests;
    expect(`${path} ${bytes}`).toContain(replacement.replace(channelSink.url, ''));
  });

  test('forwards what it cannot read, and never as a resolve', async () => {
    const handler = await handlerOf(channel);
    channelSink.next(facts[channel]().yes);

    const response = await handler({ Records: [sqsRecord('{"status":"resolved"')] }, plenty);

    expect(response).toEqual({ batchItemFailures: [] });
    const body = channelSink.requests[0]?.bytes.toString();
    expect(body).toContain('unreadable alert message');
    expect(body).not.toMatch(/"event_action":"resolve"|✅/);
    expect(output.lines('Unreadable')).toHaveLength(1);
  });

  test('counts the Watchdog and sends nothing', async () => {
    const handler = await handlerOf(channel);

    const response = await handler({ Records: [sqsRecord(captured('watchdog'))] }, plenty);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(channelSink.requests).toEqual([]);
    expect(output.lines('Heartbeat')).toHaveLength(1);
  });

  test('never prints its secret, whatever comes back', async () => {
    const { secret } = facts[channel]();
    const echo = (status: number): SinkAnswer => ({
      status,
      headers: { 'retry-after': secret },
      body: JSON.stringify({ error: secret, message: secret, errors: [`key ${secret} is bad`] }),
    });
    const handler = await handlerOf(channel);
    channelSink.next(echo(200), echo(400), echo(403), echo(429), echo(500), { reset: true });

    const records = [1, 2, 3, 4, 5, 6].map(() => sqsRecord(captured('one-firing')));
    await handler({ Records: records }, plenty);
    aws.secrets.set(`spheroseg/prod/${channel}`, `not a URL ${secret}`);
    await forward(channel, await facts[channel]().render())(firing(), plenty);

    expect(output.lines('outcome')).toHaveLength(7);
    expect(output.text()).not.toContain('planted');
    expect(output.text()).not.toContain('PLANTED');
    expect(output.text()).not.toContain(channelSink.url);
  });
});
