import { rmSync } from 'node:fs';
import { type Account, startAccount } from '../support/account.js';
import { Aws } from '../support/aws.js';
import { bootstrap, type CliResult, cdk, deploy } from '../support/cdk-cli.js';
import { type EmulatedAppOptions, emulated, emulatedAssembly } from '../support/emulated-app.js';

// One account from its first day to its last: every test goes on where the one before it ended.

let account: Account;
let aws: Aws;
const assemblies: string[] = [];

beforeAll(async () => {
  account = await startAccount({ speed: 1 });
  aws = new Aws(account.emulator);
});

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

/** AMP refuses it, after keys, topics and the workspace have been changed. */
const refusedRules = {
  inventory:
    'groups: [{ name: inventory, interval: 10s, rules: [{ record: a:b:c, expr: vector(1) }] }]',
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
  });

  test('leaves nothing behind when AMP refuses a part of the first one', async () => {
    const { code, text } = await deployed({ rules: refusedRules });

    expect(code).toBe(1);
    expect(text).toContain('interval must be at least 30 seconds');
    expect(await statuses()).toEqual({ alerting: 'ROLLBACK_COMPLETE', notifications: undefined });
    expect(await identities()).toEqual({ workspaces: [], topics: [], queues: [] });
    expect(await aws.vendedLogGroups()).toEqual([]);
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
    expect([...(workspace?.namespaces.keys() ?? [])].sort()).toEqual([
      'database',
      'host',
      'http',
      'inventory',
      'pipeline',
      'service',
    ]);
    expect(await aws.topicArns()).toHaveLength(8);
    // Slack hears three severities, PagerDuty one, both the heartbeat; two people get mail.
    expect(await aws.subscriptions()).toBe(8);
    expect(await aws.vendedLogGroups()).toEqual([
      '/aws/vendedlogs/prometheus/emulated',
      '/aws/vendedlogs/prometheus/emulated-queries',
    ]);
    expect(Object.keys(await aws.functions())).toHaveLength(3);
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

    const { code } = await deployed({ environment: changed });

    const { rules, definition } = await running();
    const settings = Object.values(await aws.functions()).map(({ RUNBOOKS_URL }) => RUNBOOKS_URL);
    expect(code).toBe(0);
    expect(await identities()).toEqual(before);
    expect(rules).toContain('vector(3)');
    expect(rules).not.toContain('vector(2)');
    expect(definition).toContain('https://example.com/moved/');
    expect(settings.filter(Boolean)).toEqual(Array(2).fill('https://example.com/moved/'));
    expect(await aws.secret('slack')).toBe('https://hooks.example.com/1');
  });

  test('goes back to what ran before when AMP refuses a part of an update', async () => {
    const before = { ...(await identities()), ...(await running()) };
    const links = { ...changed.links, runbooks: 'https://example.com/never/' };

    const { code } = await deployed({
      environment: { ...changed, links },
      rules: refusedRules,
    });

    expect(code).toBe(1);
    expect(await statuses()).toMatchObject({ alerting: 'UPDATE_ROLLBACK_COMPLETE' });
    expect({ ...(await identities()), ...(await running()) }).toEqual(before);
  });

  test('goes on after an update that failed', async () => {
    const before = await identities();

    const { code } = await deployed();

    const { rules, definition } = await running();
    expect(code).toBe(0);
    expect(await identities()).toEqual(before);
    expect(rules).toContain('vector(2)');
    expect(definition).toContain(emulated.links.runbooks);
  });

  test('removes a channel without touching the other', async () => {
    const { slack } = emulated.channels;
    const before = await aws.queueUrls();

    const removed = await deployed({ environment: { ...emulated, channels: { slack } } });
    const without = await aws.queueUrls();

    expect(removed.code).toBe(0);
    expect(without.sort()).toEqual(before.filter((url) => url.includes('Slack')).sort());
    expect(await aws.secret('pagerduty')).toBe('key');
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

  test('keeps samples, topics, their logs and the filled secrets, and nothing else', async () => {
    const before = await identities();
    await aws.unprotect('emulated-alerting');

    const { code } = await destroyed();

    const operations = before.topics.filter((arn) => arn.includes('Operations'));
    expect(code).toBe(0);
    expect(await statuses()).toEqual({ alerting: undefined, notifications: undefined });
    expect(await identities()).toEqual({
      workspaces: before.workspaces,
      topics: before.topics.filter((arn) => !operations.includes(arn)),
      queues: [],
    });
    expect(await aws.functions()).toEqual({});
    expect(await aws.alarms()).toEqual([]);
    expect(await aws.vendedLogGroups()).toHaveLength(2);
    expect(await aws.secret('slack')).toBe('https://hooks.example.com/1');
  });
});
