import { readFileSync, rmSync } from 'node:fs';
import { environmentRules } from '../../../lib/alerting/environment-rules.js';
import { type Account, startAccount } from '../support/account.js';
import {
  accountContents,
  beyond,
  type Content,
  stackResources,
  titles,
} from '../support/account-contents.js';
import { Aws } from '../support/aws.js';
import { bootstrap, type CliResult, cdk, deploy } from '../support/cdk-cli.js';
import {
  type EmulatedAppOptions,
  emulated,
  emulatedAssembly,
  environmentName,
} from '../support/emulated-app.js';

// One account from its first day to its last: every test goes on where the one before it ended.

let account: Account;
let aws: Aws;
let bootstrapped: Content[] = [];
const assemblies: string[] = [];

beforeAll(async () => {
  account = await startAccount({ speed: 1 });
  aws = new Aws(account.emulator);
}, 300_000);

afterAll(async () => {
  await account?.stop();
  for (const folder of assemblies) rmSync(folder, { recursive: true });
});

function assembly(changes: Partial<EmulatedAppOptions> = {}): string {
  const folder = emulatedAssembly({
    controlUrl: account.amp.controlUrl,
    pagerDutyUrl: `${account.sink.url}/pagerduty`,
    ...changes,
  });
  assemblies.push(folder);
  return folder;
}

function deployed(changes?: Partial<EmulatedAppOptions>): Promise<CliResult> {
  return deploy(account.emulator, assembly(changes));
}

const contents = () => accountContents(account);
/** What is in the account beside what it was bootstrapped with and the stand-in for AMP. */
const ours = async () =>
  beyond(
    bootstrapped,
    (await contents()).filter(({ id }) => !id.includes('emulated-support')),
  );

/** AMP refuses it, after keys, topics and the workspace have been changed. */
const refusedRules = {
  inventory:
    'groups: [{ name: inventory, interval: 10s, rules: [{ record: a:b:c, expr: vector(1) }] }]',
};

/** Upstream takes it, and AMP does not. */
const refusedDefinition = [
  'alertmanager_config: |',
  '  route: { receiver: team }',
  '  receivers: [{ name: team, slack_configs: [{ channel: alerts }] }]',
].join('\n');

const extraGroup = {
  service: `${readFileSync('rules/service.yaml', 'utf8')}  - name: extra\n    rules: [{ record: a:b:c, expr: vector(1) }]\n`,
};

const changed = {
  ...emulated,
  links: { ...emulated.links, runbooks: 'https://example.com/moved/' },
  targets: emulated.targets.map((target) => ({ ...target, expectedMinimum: 3 })),
};

const statuses = async () => ({
  alerting: await aws.stackStatus('emulated-alerting'),
  notifications: await aws.stackStatus('emulated-notifications'),
});

/** What AMP runs now, in Cortex's words. */
async function running(): Promise<{ readonly rules: string; readonly definition: string }> {
  const [workspace] = account.amp.workspaces();
  const headers = { 'X-Scope-OrgID': workspace?.id ?? '' };
  const text = async (path: string) => (await fetch(account.cortex.url + path, { headers })).text();
  return { rules: await text('/api/v1/rules'), definition: await text('/api/v1/alerts') };
}

const identities = async () => ({
  workspaces: account.amp.workspaces().map(({ arn }) => arn),
  topics: (await aws.topicArns()).sort(),
  queues: (await aws.queueUrls()).sort(),
});

describe('cdk deploy', () => {
  test('finds an account that can be bootstrapped', async () => {
    const { code, text } = await bootstrap(account.emulator);

    expect({ code, text }).toEqual({
      code: 0,
      text: expect.stringContaining('bootstrapped'),
    });
    bootstrapped = await contents();
  });

  test('leaves nothing behind when AMP refuses a part of the first one', async () => {
    const { code, text } = await deployed({ rules: refusedRules });

    expect(code).toBe(1);
    expect(text).toContain('interval must be at least 30 seconds');
    expect(await statuses()).toEqual({ alerting: 'ROLLBACK_COMPLETE', notifications: undefined });
    expect(await ours()).toEqual([]);
  });

  // The CLI protects a stack before its first resource is made, and cannot delete it after a failure.
  test('says that the protection of a stack that never was must be lifted', async () => {
    const { code, text } = await deployed();

    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringContaining('TerminationProtection'),
    });
  });

  test('makes everything after one that failed', async () => {
    await aws.unprotect('emulated-alerting');

    const { code, text } = await deployed();

    const [workspace] = account.amp.workspaces();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await statuses()).toEqual({
      alerting: 'CREATE_COMPLETE',
      notifications: 'CREATE_COMPLETE',
    });
    expect([...(workspace?.namespaces.keys() ?? [])].sort()).toEqual(
      environmentRules({ environmentName, environment: emulated })
        .map(({ name }) => name)
        .sort(),
    );
    // Slack hears three severities, PagerDuty one, both the heartbeat; two people get mail.
    expect((await ours()).filter((title) => title.startsWith('subscription'))).toHaveLength(8);
  });

  test('makes in each service what CloudFormation says it has made', async () => {
    const found = (await contents()).map(({ type, id }) => `${type} ${id}`);

    const resources = [
      ...(await stackResources(account, 'emulated-alerting')),
      ...(await stackResources(account, 'emulated-notifications')),
    ];

    expect(resources.filter((resource) => !found.includes(resource))).toEqual([]);
    expect(resources.length).toBeGreaterThan(80);
  });

  test('loads the definition that the workspace carries', async () => {
    const [workspace] = account.amp.workspaces();
    const { definition } = await running();

    expect(workspace?.properties.AlertManagerDefinition).toContain('amp-json/1');
    expect(definition).toContain(workspace?.properties.AlertManagerDefinition.slice(0, 1000));
  });

  test('makes secrets without a value, for a person to fill', async () => {
    const before = [await aws.secret('slack'), await aws.secret('pagerduty')];
    await aws.fillSecret('slack', 'https://hooks.example.com/1');
    await aws.fillSecret('pagerduty', 'key');

    expect(before).toEqual([undefined, undefined]);
    expect(await aws.secret('slack')).toBe('https://hooks.example.com/1');
  });

  test('changes nothing when nothing has changed', async () => {
    const before = await identities();

    const { code, text } = await deployed();

    expect(code).toBe(0);
    expect(text.match(/\(no changes\)/g)).toHaveLength(3);
    expect(await identities()).toEqual(before);
  });

  test('changes a rule, the definition and a setting of the functions in place', async () => {
    const before = await identities();

    const { code } = await deployed({ environment: changed, rules: extraGroup });

    const { rules, definition } = await running();
    const settings = Object.values(await aws.functions()).map(({ RUNBOOKS_URL }) => RUNBOOKS_URL);
    expect(code).toBe(0);
    expect(await identities()).toEqual(before);
    expect(rules).toContain('vector(3)');
    expect(rules).not.toContain('vector(2)');
    expect(rules).toContain('name: extra');
    expect(definition).toContain('https://example.com/moved/');
    expect(settings.filter(Boolean)).toEqual(Array(2).fill('https://example.com/moved/'));
    expect(await aws.secret('slack')).toBe('https://hooks.example.com/1');
  });

  test.each([
    ['rules', { rules: refusedRules }, 'interval must be at least 30 seconds'],
    ['the definition', { definition: refusedDefinition }, 'slack_configs'],
  ])('goes back to what ran before when AMP refuses %s', async (_, refused, reason) => {
    const before = { contents: titles(await contents()), ...(await running()) };
    const links = { ...changed.links, runbooks: 'https://example.com/never/' };

    const { code, text } = await deployed({ environment: { ...changed, links }, ...refused });

    expect(code).toBe(1);
    expect(text).toContain(reason);
    expect(await statuses()).toMatchObject({ alerting: 'UPDATE_ROLLBACK_COMPLETE' });
    expect({ contents: titles(await contents()), ...(await running()) }).toEqual(before);
  });

  test('goes on after an update that failed', async () => {
    const before = await identities();

    const { code } = await deployed();

    const { rules, definition } = await running();
    expect(code).toBe(0);
    expect(await identities()).toEqual(before);
    expect(rules).toContain('vector(2)');
    expect(rules).not.toContain('name: extra');
    expect(definition).toContain(emulated.links.runbooks);
  });

  test('removes a channel but for its secret, and nothing of the other', async () => {
    const { slack } = emulated.channels;
    const before = await ours();

    const { code } = await deployed({ environment: { ...emulated, channels: { slack } } });

    const isOfPagerDuty = (title: string) => /pagerduty/i.test(title);
    const filled = 'secret spheroseg/emulated/pagerduty';
    expect(code).toBe(0);
    expect(before.filter(isOfPagerDuty).length).toBeGreaterThan(20);
    expect(await ours()).toEqual(before.filter((one) => !isOfPagerDuty(one) || one === filled));
    expect(await aws.secret('pagerduty')).toBe('key');
  });

  // AWS refuses a secret whose name is taken, and the emulator overwrites it: see docs/verification.md.
  test('adds a channel again once the name of its secret is free', async () => {
    await aws.deleteSecret('pagerduty');

    const { code } = await deployed();

    const found = await ours();
    expect(code).toBe(0);
    expect(await aws.secret('pagerduty')).toBeUndefined();
    expect(found).toEqual(
      expect.arrayContaining([
        'secret spheroseg/emulated/pagerduty',
        'function PagerdutyFunction',
        'event source PagerdutyQueue',
        'subscription of TopicsCriticalMessages: sqs PagerdutyQueue',
        'subscription of TopicsHeartbeat: sqs PagerdutyQueue',
      ]),
    );
  });
});

describe('cdk destroy', () => {
  const destroyed = () => cdk(account.emulator, ['destroy', '*/*', '--force', '--app', assembly()]);

  test('does not delete the stack with the samples while it is protected', async () => {
    const { code } = await destroyed();

    expect(code).toBe(1);
    expect((await statuses()).alerting).toMatch(/COMPLETE$/);
    expect(account.amp.workspaces()).toHaveLength(1);
  });

  test('keeps samples, topics, logs of the workspace, filled secrets and their keys only', async () => {
    const before = (await contents()).map(({ id }) => id);
    await aws.unprotect('emulated-alerting');

    const { code } = await destroyed();

    const [after, retained] = [await contents(), await ours()];
    expect(code).toBe(0);
    expect(await statuses()).toEqual({ alerting: undefined, notifications: undefined });
    expect(retained).toEqual([
      'key Alert topics of emulated',
      'key Operations topic of emulated',
      'key Queues and channel secrets of emulated',
      'key Samples of emulated',
      'log group /aws/vendedlogs/prometheus/emulated',
      'log group /aws/vendedlogs/prometheus/emulated-queries',
      'secret spheroseg/emulated/pagerduty',
      'secret spheroseg/emulated/slack',
      'topic TopicsCriticalEmail',
      'topic TopicsCriticalMessages',
      'topic TopicsHeartbeat',
      'topic TopicsInfoEmail',
      'topic TopicsInfoMessages',
      'topic TopicsWarningEmail',
      'topic TopicsWarningMessages',
      'workspace spheroseg-emulated',
    ]);
    // The same ones, not others of these names.
    expect(before).toEqual(expect.arrayContaining(after.map(({ id }) => id)));
    expect(await aws.secret('slack')).toBe('https://hooks.example.com/1');
  });
});
