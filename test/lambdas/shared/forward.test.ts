import { setTimeout as pause } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import type { Render } from '../../../lambdas/shared/attempt.js';
import { reasonOf } from '../../../lambdas/shared/deliver.js';
import { forward } from '../../../lambdas/shared/forward.js';
import { type AwsSink, awsFailure, startAwsSink } from '../../support/aws-sink.js';
import { type HttpSink, startHttpSink } from '../../support/http-sink.js';
import { captured, sqsRecord, withTimeLeft } from '../../support/messages.js';
import { captureOutput, type Output } from '../../support/output.js';

let sink: HttpSink;
let aws: AwsSink;
let output: Output;

beforeAll(async () => {
  sink = await startHttpSink(() => ({ body: 'yes' }));
  aws = await startAwsSink();
});

beforeEach(() => {
  Object.assign(process.env, {
    ENVIRONMENT: 'prod',
    SECRET_NAME: 'spheroseg/prod/teams',
    QUEUE_URL: 'https://sqs.example/222222222222/prod',
  });
  aws.secrets.set('spheroseg/prod/teams', sink.url);
  output = captureOutput();
});

afterEach(() => {
  output.release();
  sink.reset();
  aws.reset();
});

afterAll(() => Promise.all([sink.stop(), aws.stop()]));

const teams: Render = (message, url) => ({
  url,
  body: { key: message.key, status: message.readAs === 'raw' ? 'raw' : message.status },
  problem: ({ status }) => (status === 200 ? undefined : { reason: reasonOf(status) }),
});

const record = (messageId: string, name: string, changes: Partial<SQSRecord> = {}) =>
  sqsRecord(captured(name), { messageId, receiptHandle: `receipt-of-${messageId}`, ...changes });

const received = (count: string): Partial<SQSRecord> => ({
  attributes: { ...sqsRecord('').attributes, ApproximateReceiveCount: count },
});

const published = (name: string, time: string): Partial<SQSRecord> => {
  const notification = JSON.parse(sqsRecord(captured(name)).body);
  return { body: JSON.stringify({ ...notification, Timestamp: time }) };
};

const run = (records: SQSRecord[], timeMs = 30_000, render = teams) =>
  forward('teams', render)({ Records: records }, withTimeLeft(timeMs));

const statuses = () => sink.requests.map(({ bytes }) => JSON.parse(bytes.toString()).status);

describe('forward', () => {
  test('reports as failed only what was not delivered', async () => {
    sink.next({ status: 500 });

    const response = await run([record('bad', 'one-firing'), record('good', 'forty-firing')]);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(sink.requests).toHaveLength(2);
  });

  test('does not let one group wait for another', async () => {
    sink.next({ body: 'yes', delayMs: 1_000 });
    const running = run([record('slow', 'one-firing'), record('quick', 'forty-firing')]);

    await pause(300);

    expect(output.lines('outcome')).toEqual([expect.objectContaining({ messageId: 'quick' })]);
    expect(await running).toEqual({ batchItemFailures: [] });
  });

  test('keeps the order of one group, whatever the order of the batch', async () => {
    sink.next({ body: 'yes', delayMs: 100 });

    await run([
      record('2', 'one-resolved', published('one-resolved', '2026-11-23T20:50:00.000Z')),
      record('1', 'one-firing', published('one-firing', '2026-11-23T20:45:00.000Z')),
    ]);

    expect(statuses()).toEqual(['firing', 'resolved']);
  });

  test('rests the longer the more often a message has failed', async () => {
    sink.next({ status: 500 }, { status: 500 });

    await run([record('new', 'one-firing'), record('old', 'one-firing', received('9'))]);

    const delays = aws.calls('ChangeMessageVisibility').map((call) => call.VisibilityTimeout);
    expect(delays[0]).toBeLessThanOrEqual(5);
    expect(delays[1]).toBeGreaterThanOrEqual(150);
    expect(delays[1]).toBeLessThanOrEqual(300);
  });

  test('keeps a message queued although it cannot say for how long', async () => {
    const handler = forward('teams', teams);
    // The secret is known now, so that the next call to AWS is the one that fails.
    await handler({ Records: [record('first', 'forty-firing')] }, withTimeLeft(30_000));
    sink.next({ status: 500 });
    aws.next(awsFailure('com.amazonaws.sqs#ReceiptHandleIsInvalid'));

    const response = await handler({ Records: [record('m1', 'one-firing')] }, withTimeLeft(30_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(output.text()).toContain('visibility unchanged (ReceiptHandleIsInvalid)');
  });

  test('writes one line for people and one for metrics per message', async () => {
    sink.next({ status: 429 });

    await run([record('m1', 'one-firing', received('2'))]);

    expect(output.lines('outcome')).toEqual([
      {
        level: 'error',
        channel: 'teams',
        outcome: 'failed',
        alertName: 'HttpErrorRateHigh',
        groupKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        status: 'firing',
        messageId: 'm1',
        attempt: 2,
        durationMs: expect.any(Number),
        retryInSeconds: expect.any(Number),
        reason: 'rateLimited',
        error: 'teams: 429 rateLimited',
      },
    ]);
    expect(output.lines('_aws')).toEqual([
      expect.objectContaining({ Channel: 'teams', Received: 1, Failed: 1, Reason: 'rateLimited' }),
    ]);
  });

  test('counts a delivery', async () => {
    await run([record('m1', 'one-firing')]);

    expect(output.lines('_aws')).toEqual([
      expect.objectContaining({ Environment: 'prod', Received: 1, Delivered: 1 }),
    ]);
  });

  test('takes only a firing Watchdog for a heartbeat', async () => {
    const ended = captured('watchdog').replaceAll('"status":"firing"', '"status":"resolved"');
    const text = ended.replace('"numFiring":1', '"numFiring":0');

    const response = await run([record('m1', 'watchdog', { body: sqsRecord(text).body })]);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(sink.requests).toEqual([]);
    expect(output.lines('Heartbeat')).toEqual([]);
    expect(output.lines('Received')).toHaveLength(1);
  });

  test('says by a heartbeat that the secret has no value, before an alert needs it', async () => {
    aws.secrets.delete('spheroseg/prod/teams');

    const response = await run([record('m1', 'watchdog')]);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(output.lines('_aws')).toEqual([
      expect.objectContaining({ Received: 1, Heartbeat: 1, NotConfigured: 1 }),
    ]);
  });

  test('counts no heartbeat when the secret cannot be read, and lets the next one try', async () => {
    aws.next(...[1, 2, 3].map(() => awsFailure('AccessDeniedException')));

    const response = await run([record('m1', 'watchdog')]);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(output.lines('_aws')).toEqual([
      expect.objectContaining({ Received: 1, Failed: 1, Reason: 'auth' }),
    ]);
    expect(output.lines('Heartbeat')).toEqual([]);
  });

  test('answers in time rather than put a message back', async () => {
    const response = await run([record('m1', 'one-firing')], 400);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(aws.calls('ChangeMessageVisibility')).toEqual([]);
  });

  test('does not begin what it has no time to finish', async () => {
    const response = await run([record('m1', 'one-firing')], 2_000);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(sink.requests).toEqual([]);
    expect(output.text()).toContain('teams: no time left');
  });

  test('keeps a message queued when a channel has a fault, and tells only its kind', async () => {
    const broken: Render = () => {
      throw new TypeError('planted');
    };

    const response = await run([record('m1', 'one-firing')], 30_000, broken);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(output.text()).toContain('teams: unexpected TypeError');
    expect(output.text()).not.toContain('planted');
  });

  test.each([
    ['AccessDeniedException', 'auth'],
    ['InternalServiceErrorException', 'server'],
  ])('says that the secret cannot be read: %s', async (type, reason) => {
    aws.next(...[1, 2, 3].map(() => awsFailure(type)));

    const response = await run([record('m1', 'one-firing')]);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(output.lines('outcome')).toEqual([
      expect.objectContaining({ reason, error: `teams: secret not readable (${type})` }),
    ]);
  });

  test.each(['ENVIRONMENT', 'SECRET_NAME', 'QUEUE_URL'])('refuses to run without %s', (name) => {
    delete process.env[name];

    return expect(run([record('m1', 'one-firing')])).rejects.toThrow(`${name} is not set`);
  });
});
