import { rmSync } from 'node:fs';
import type { SinkAnswer, SinkRequest } from '../../support/http-sink.js';
import { captured } from '../../support/messages.js';
import { type Account, startAccount } from '../support/account.js';
import { Aws } from '../support/aws.js';
import { bootstrap, deploy } from '../support/cdk-cli.js';
import { emulatedAssembly } from '../support/emulated-app.js';
import { killFunction } from '../support/function-process.js';
import { gist, heard, until } from '../support/heard.js';

let account: Account;
let aws: Aws;
let topic: string;
let assembly = '';

/** What a channel answers to the first request about an alert. */
const firstAnswers: Readonly<Record<string, SinkAnswer>> = {
  Busy: { status: 429, headers: { 'retry-after': '1' } },
  Failing: { status: 500 },
  Reset: { reset: true },
  Hanging: { delayMs: 4_000, body: 'ok' },
};

let poison: SinkAnswer | undefined = { status: 400, body: 'channel_is_archived' };

function answer(request: SinkRequest): SinkAnswer | undefined {
  const name = /Fault([A-Z][a-z]+)/.exec(request.bytes.toString())?.[1] ?? '';
  if (name === 'Poison') return request.path === '/slack' ? poison : undefined;
  return requestsAbout(name, request.path).length === 1 ? firstAnswers[name] : undefined;
}

function requestsAbout(name: string, path: string): SinkRequest[] {
  return account.sink.requests.filter(
    (request) => request.path === path && request.bytes.toString().includes(`Fault${name}`),
  );
}

const attempts = (name: string, path = '/slack') => requestsAbout(name, path).length;

/** How often each channel was asked to take the alerts that it takes in the end. */
const allAttempts = () =>
  ['/slack', '/pagerduty'].map((path) =>
    ['Busy', 'Failing', 'Reset', 'None'].map((name) => attempts(name, path)),
  );
const onceMoreThanRefused = [
  [2, 2, 2, 1],
  [2, 2, 2, 1],
];

/** An alert of our alert manager, of this name. */
function alert(name: string): string {
  const message = captured('one-firing');
  const { groupLabels } = JSON.parse(message) as { groupLabels: { alertname: string } };
  return message.replaceAll(groupLabels.alertname, `Fault${name}`);
}

beforeAll(async () => {
  account = await startAccount({ speed: 1, answer });
  aws = new Aws(account.emulator);
  assembly = emulatedAssembly({
    controlUrl: account.amp.controlUrl,
    pagerDutyUrl: `${account.sink.url}/pagerduty`,
    // As deployed it would take three minutes and a hundred attempts.
    queues: { visibilitySeconds: 10, maxReceives: 3 },
  });
  const results = [await bootstrap(account.emulator), await deploy(account.emulator, assembly)];
  expect(results.filter(({ code }) => code !== 0)).toEqual([]);
  const [arn = ''] = (await aws.topicArns()).filter((one) => one.includes('CriticalMessages'));
  topic = arn;
}, 480_000);

afterAll(async () => {
  await account?.stop();
  rmSync(assembly, { recursive: true, force: true });
});

describe('the deployed path', () => {
  test('keeps a message while nobody has filled the secret, and counts that', async () => {
    await aws.publish(topic, alert('Early'));

    await until(
      () => [aws.metrics('slack').NotConfigured, aws.metrics('pagerduty').NotConfigured],
      (counts) => counts.every((count) => (count ?? 0) >= 1),
    );
    expect(await aws.depth(await aws.queueUrl('SlackQueue'))).toEqual({ waiting: 0, inFlight: 1 });
    expect(account.sink.requests).toEqual([]);
  });

  test('delivers later, and once, what a channel did not take at first', async () => {
    await aws.fillSecret('slack', `${account.sink.url}/slack`);
    await aws.fillSecret('pagerduty', 'the-integration-key');
    for (const name of ['Poison', 'Busy', 'Failing', 'Reset', 'None']) {
      await aws.publish(topic, alert(name));
    }

    await until(allAttempts, (all) =>
      all.flat().every((count, index) => count >= (onceMoreThanRefused.flat()[index] ?? 0)),
    );
    expect(allAttempts()).toEqual(onceMoreThanRefused);
    const counted = () => [aws.metrics('slack'), aws.metrics('pagerduty')];
    await until(counted, (all) =>
      all.every((counts) => counts['Failed rateLimited'] && (counts['Failed server'] ?? 0) >= 2),
    );
    expect(counted()).toMatchObject([
      { 'Failed rateLimited': 1, 'Failed server': 2 },
      { 'Failed rateLimited': 1, 'Failed server': 2 },
    ]);
  });

  test('delivers even what is no alert of ours', async () => {
    await aws.publish(topic, 'not even JSON');

    await until(
      () => heard(account.sink, '/slack').map(({ bytes }) => bytes),
      (all) => all.some((bytes) => bytes.includes('not even JSON')),
    );
    expect(aws.metrics('slack').Unreadable).toBe(1);
  });

  test('delivers a message whose function was killed in the middle', async () => {
    await aws.publish(topic, alert('Hanging'));
    await until(
      () => attempts('Hanging', '/pagerduty'),
      (count) => count >= 1,
    );

    const killed = killFunction(account.emulator, 'pagerduty');

    await until(
      () => attempts('Hanging', '/pagerduty'),
      (count) => count >= 2,
    );
    const keys = heard(account.sink, '/pagerduty')
      .filter((one) => gist(one) === 'FaultHanging trigger')
      .map(({ body }) => body.dedup_key);
    expect(killed).toBeGreaterThan(0);
    expect(new Set(keys).size).toBe(1);
  });

  test('puts only the message that the channel never takes into the dead-letter queue', async () => {
    const deadLetters = await aws.queueUrl('SlackDeadLetters');
    await until(
      () => aws.depth(deadLetters),
      ({ waiting }) => waiting > 0,
    );

    const bodies = await aws.bodies(deadLetters);

    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('FaultPoison');
    expect(attempts('Poison')).toBe(3);
    expect(await aws.depth(await aws.queueUrl('PagerdutyDeadLetters'))).toMatchObject({
      waiting: 0,
    });
  });

  test('delivers it after the cause is mended and the queue is redriven', async () => {
    poison = undefined;
    const [deadLetters, queue] = [
      await aws.queueUrl('SlackDeadLetters'),
      await aws.queueUrl('SlackQueue'),
    ];

    await aws.redrive(deadLetters, queue);

    await until(
      () => attempts('Poison'),
      (count) => count >= 4,
    );
    expect(await aws.depth(deadLetters)).toEqual({ waiting: 0, inFlight: 0 });
  });

  test('delivers nothing a second time', async () => {
    expect(allAttempts()).toEqual(onceMoreThanRefused);
    expect(await aws.depth(await aws.queueUrl('PagerdutyQueue'))).toEqual({
      waiting: 0,
      // The one that came before its secret waits for a quarter of an hour.
      inFlight: 1,
    });
  });
});
