import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Account, startAccount } from '../support/account.js';
import { Aws, authorization } from '../support/aws.js';
import { bootstrap, deploy } from '../support/cdk-cli.js';
import { emulated, emulatedAssembly } from '../support/emulated-app.js';
import { hostEvent, hostMessage } from '../support/expected-bytes.js';
import { gist, heard, until } from '../support/heard.js';
import { Product, productTargets } from '../support/product.js';

// Thirty times as fast as deployed: `for: 2m` is 4 s, `group_wait: 15s` half a second.
const SPEED = 30;

let account: Account;
let aws: Aws;
let product: Product;
let assembly = '';

beforeAll(async () => {
  account = await startAccount({ speed: SPEED });
  aws = new Aws(account.emulator);
  assembly = emulatedAssembly({
    controlUrl: account.amp.controlUrl,
    pagerDutyUrl: `${account.sink.url}/pagerduty`,
    environment: { ...emulated, targets: productTargets },
  });
  product = new Product(() => {
    const [workspace] = account.amp.workspaces();
    return workspace && `${account.amp.url}/workspaces/${workspace.id}/`;
  });
  const results = [await bootstrap(account.emulator), await deploy(account.emulator, assembly)];
  expect(results).toMatchObject([{ code: 0 }, { code: 0 }]);
  await aws.fillSecret('slack', `${account.sink.url}/slack`);
  await aws.fillSecret('pagerduty', 'the-integration-key');
}, 180_000);

afterAll(async () => {
  await product?.stop();
  await account?.stop();
  rmSync(assembly, { recursive: true, force: true });
});

const slack = () => heard(account.sink, '/slack').map(gist);
const pagerDuty = () => heard(account.sink, '/pagerduty').map(gist);
const hears = (gists: () => string[], expected: readonly string[]) =>
  until(gists, (all) => expected.every((one) => all.includes(one)));

interface ActiveAlert {
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

function alertsUrl(): string {
  const [workspace] = account.amp.workspaces();
  return `${account.amp.url}/workspaces/${workspace?.id}/alertmanager/api/v2/alerts`;
}

/** What AMP's alert manager knows, asked as a signed client would. */
async function alerts(): Promise<ActiveAlert[]> {
  return (await fetch(alertsUrl(), { headers: authorization('aps') })).json() as Promise<
    ActiveAlert[]
  >;
}

async function post(labels: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const headers = { ...authorization('aps'), 'content-type': 'application/json' };
  const body = JSON.stringify(labels.map((one) => ({ labels: one })));
  const { ok } = await fetch(alertsUrl(), { method: 'POST', headers, body });
  expect(ok).toBe(true);
}

async function mutedAlerts(): Promise<string[]> {
  const muted = (await alerts()).filter(({ status }) => status.state === 'suppressed');
  return muted
    .map(({ labels }) => `${labels.alertname} of ${labels.instance ?? labels.job}`)
    .sort();
}

const critical = [
  'DatabaseConnectionPoolExhausted',
  'DatabaseDown',
  'DatabaseMetricsAbsent',
  'DatabaseReplicationBroken',
  'DatabaseReplicationLagHigh',
  'HostDiskSpaceLow',
  'HttpErrorRateHigh',
  'ServiceDown',
];
const warning = ['ServiceDegraded', 'TargetDown'];

describe('the deployed path', () => {
  test('carries the heartbeat at its interval, and nothing else while all is well', async () => {
    const before = await until(
      () => aws.metrics('slack').Heartbeat ?? 0,
      (count) => count > 0,
    );

    await pause(10_000);

    const beats = (aws.metrics('slack').Heartbeat ?? 0) - before;
    expect(Math.abs(beats - 10 / (60 / SPEED))).toBeLessThanOrEqual(1);
    expect([...slack(), ...pagerDuty()]).toEqual([]);
  });

  test('refuses samples that are signed for another service', async () => {
    const [workspace] = account.amp.workspaces();

    const { status } = await fetch(
      `${account.amp.url}/workspaces/${workspace?.id}/api/v1/remote_write`,
      { method: 'POST', body: '', headers: { authorization: 'AWS4 a/eu-west-1/es/aws4_request' } },
    );

    expect(status).toBe(403);
  });

  test('brings every alert to the channels of its severity', async () => {
    product.condition = 'broken';

    await hears(
      slack,
      [...critical, ...warning].map((name) => `${name} firing`),
    );
    await hears(
      pagerDuty,
      critical.map((name) => `${name} trigger`),
    );

    expect(pagerDuty().filter((one) => warning.some((name) => one.startsWith(name)))).toEqual([]);
  });

  test('mutes what another alert already says', async () => {
    const muted = await until(mutedAlerts, (names) => names.length >= 3, 20_000);

    expect(muted).toEqual([
      'DatabaseConnectionPoolExhausted of db-down',
      'DatabaseReplicationLagHigh of db-down',
      'TargetDown of worker',
    ]);
    const said = heard(account.sink, '/slack').map(({ bytes }) => bytes);
    expect(said.filter((text) => text.includes('behind db-down'))).toHaveLength(1);
    expect(said.filter((text) => text.includes('job `worker`'))).toHaveLength(1);
  });

  test('sends the exact bytes that Slack and PagerDuty expect', async () => {
    const [alert] = (await alerts()).filter(({ labels }) => labels.job === 'host');
    const message = heard(account.sink, '/slack').find(({ bytes }) => bytes.includes('/ of host'));
    const event = heard(account.sink, '/pagerduty').find(({ bytes }) =>
      bytes.includes('/ of host'),
    );

    const startsAt = new Date(alert?.startsAt ?? 0);
    expect(message?.bytes).toBe(hostMessage(startsAt));
    expect(event?.bytes).toBe(hostEvent(startsAt, event?.body.dedup_key ?? ''));
  });

  test('closes every alert once all is well again', async () => {
    const triggered = heard(account.sink, '/pagerduty').map(({ body }) => body.dedup_key);
    product.condition = 'healthy';

    await hears(
      slack,
      [...critical, ...warning].map((name) => `${name} resolved`),
    );
    const closed = () =>
      heard(account.sink, '/pagerduty')
        .filter(({ body }) => body.event_action === 'resolve')
        .map(({ body }) => body.dedup_key);
    await until(closed, (keys) => triggered.every((key) => keys.includes(key)));
  });

  test('says only that nothing is known when every metric stops', async () => {
    account.sink.reset();

    await product.stop();

    await hears(pagerDuty, ['CollectorAbsent trigger']);
    // ServiceDown fires for every job by then.
    await pause(8_000);
    expect(pagerDuty()).toEqual(['CollectorAbsent trigger']);
    expect(slack()).toEqual(['CollectorAbsent firing']);
    expect((await mutedAlerts()).filter((one) => one.startsWith('ServiceDown'))).toHaveLength(
      productTargets.length,
    );
  });

  test.each([
    [
      { alertname: 'Same', severity: 'critical' },
      { alertname: 'Same', severity: 'warning' },
    ],
    [
      { alertname: 'Same', severity: 'critical' },
      { alertname: 'Same', severity: 'info' },
    ],
    [{ alertname: 'ServiceDown' }, { alertname: 'ServiceDegraded' }],
    [{ alertname: 'ServiceDown' }, { alertname: 'TargetDown' }],
    [{ alertname: 'CollectorAbsent' }, { alertname: 'ServiceDown' }],
    [{ alertname: 'DatabaseDown' }, { alertname: 'DatabaseConnectionPoolExhausted' }],
    [{ alertname: 'DatabaseDown' }, { alertname: 'DatabaseReplicationLagHigh' }],
    [{ alertname: 'DatabaseDown' }, { alertname: 'DatabaseReplicationBroken' }],
  ])('mutes by %j, for the same subject, %j', async (source, target) => {
    const subject = { job: `pair-${Object.values({ ...source, ...target }).join('-')}` };
    const [cause, effect] = [
      { ...source, ...subject },
      { ...target, ...subject },
    ];

    await post([cause, effect]);

    const posted = async (wanted: Record<string, string>) =>
      (await alerts()).find(({ labels }) =>
        Object.entries(wanted).every(([name, value]) => labels[name] === value),
      );
    const muted = await until(
      () => posted(effect),
      (one) => one?.status.state === 'suppressed',
      10_000,
    );
    expect(muted?.status.inhibitedBy).toContain((await posted(cause))?.fingerprint);
  });
});
