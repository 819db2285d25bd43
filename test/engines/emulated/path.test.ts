import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pascalCase } from '../../../lib/pascal-case.js';
import { acceleratedDuration } from '../../../local/time-lapse.js';
import { type Account, startAccount } from '../support/account.js';
import { AlertManager, type Labels, type PostedAlert, within } from '../support/alert-manager.js';
import { Aws } from '../support/aws.js';
import { authorization } from '../support/aws-calls.js';
import { bootstrap, deploy } from '../support/cdk-cli.js';
import { type DeployedAlert, deployedAlerts } from '../support/deployed-alerts.js';
import { emulated, emulatedAssembly } from '../support/emulated-app.js';
import { hostEvent, hostMail, hostMessage } from '../support/expected-bytes.js';
import { gist, heard, until } from '../support/heard.js';
import { definedInhibitions, inhibitions, triedInhibitions } from '../support/inhibitions.js';
import { Product } from '../support/product.js';
import { productTargets } from '../support/product-samples.js';
import { Listener } from '../support/published.js';

// Thirty times as fast as deployed: `for: 2m` is 4 s, `group_wait: 15s` half a second.
const SPEED = 30;
const MINUTE = 60_000;

const environment = { ...emulated, targets: productTargets };
const deployed = deployedAlerts(environment);

/** Alerts that the rules do not fire here, and why: they are posted as the ruler would, with their labels. */
const postedBecause: Readonly<Record<string, string>> = {
  HttpMetricsAbsent: 'looks back for an hour, which is two minutes here',
  HostDiskWillFill: 'looks back for an hour, which is two minutes here',
  RecordingRulesAbsent: 'is about rules that are not there',
  MetricLabelsReplaced: 'goes on for an hour after its cause, which is two minutes here',
  RdsStorageWillFill: 'looks back for six hours, which are 12 minutes here',
  'ErrorBudgetBurn api-availability availability slow':
    'needs six hours, which are 12 minutes here',
  'ErrorBudgetBurn api-latency latency slow': 'needs six hours, which are 12 minutes here',
};

/** Alerts that contradict the others, and have a test of their own below. */
const heardLater = ['CollectorAbsent', 'InventoryAbsent'];

let account: Account;
let aws: Aws;
let listener: Listener;
let alertManager: AlertManager;
let product: Product;
let assembly = '';

beforeAll(async () => {
  account = await startAccount({ speed: SPEED });
  aws = new Aws(account.emulator);
  alertManager = new AlertManager(account.amp);
  assembly = emulatedAssembly({
    controlUrl: account.amp.controlUrl,
    pagerDutyUrl: `${account.sink.url}/pagerduty`,
    environment,
  });
  product = new Product(() => {
    const [workspace] = account.amp.workspaces();
    return workspace && `${account.amp.url}/workspaces/${workspace.id}/`;
  });
  const results = [await bootstrap(account.emulator), await deploy(account.emulator, assembly)];
  expect(results.filter(({ code }) => code !== 0)).toEqual([]);
  const topics = (await aws.topicArns()).filter((arn) => arn.includes('-Topics'));
  listener = await Listener.of(account.emulator, topics);
  await aws.fillSecret('slack', `${account.sink.url}/slack`);
  await aws.fillSecret('pagerduty', 'the-integration-key');
}, 8 * MINUTE);

afterAll(async () => {
  await product?.stop();
  await account?.stop();
  rmSync(assembly, { recursive: true, force: true });
});

const slack = () => heard(account.sink, '/slack').map(gist);
const pagerDuty = () => heard(account.sink, '/pagerduty').map(gist);
const hears = (gists: () => string[], expected: readonly string[]) =>
  until(
    () => expected.filter((one) => !gists().includes(one)),
    (missing) => missing.length === 0,
    2 * MINUTE,
  );

const receiverOf = ({ labels: { alertname, severity = '' } }: { labels: Labels }) =>
  alertname === 'Watchdog' ? 'heartbeat' : severity;
const topicOf = (receiver: string) =>
  receiver === 'heartbeat' ? 'Heartbeat' : `${pascalCase(receiver)}Messages`;

/** The titles of alerts that never came to the topic of their severity, in a message of its receiver. */
async function unheard(alerts: readonly DeployedAlert[]): Promise<string[]> {
  const groups = await listener.groups();
  const isHeard = (alert: DeployedAlert) =>
    groups.some(
      ({ topic, receiver, alerts: published }) =>
        receiver === receiverOf(alert) &&
        topic === topicOf(receiver) &&
        published.some(({ status, labels }) => status === 'firing' && within(alert.labels, labels)),
    );
  return alerts.filter((alert) => !isHeard(alert)).map(({ title }) => title);
}

/** The alerts of which the last that was said is that they fire. */
async function stillOpen(): Promise<string[]> {
  const groups = (await listener.groups()).filter(({ receiver }) => receiver !== 'heartbeat');
  const last = new Map(
    groups.map(({ receiver, groupLabels, numFiring }) => [
      `${receiver} ${JSON.stringify(groupLabels)}`,
      numFiring,
    ]),
  );
  return [...last].filter(([, firing]) => firing > 0).map(([key]) => key);
}

const posted: PostedAlert[] = deployed
  .filter(({ title }) => title in postedBecause)
  .map(({ labels, annotations }) => ({
    labels: { job: 'posted', instance: 'posted', ...labels },
    annotations,
  }));

const names = (severity: string) => [
  ...new Set(
    deployed
      .filter(({ title, labels }) => labels.severity === severity && !heardLater.includes(title))
      .map(({ labels }) => labels.alertname ?? ''),
  ),
];
const [critical, warning] = [names('critical'), names('warning')];
const info = names('info').filter((name) => name !== 'Watchdog');

describe('the deployed path', () => {
  test('carries the heartbeat at its interval, and nothing else while all is well', async () => {
    const beats = await until(
      async () => (await listener.published()).filter(({ topic }) => topic === 'Heartbeat'),
      (all) => all.length > 6,
    );

    const times = beats.map(({ at }) => at.getTime());
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const [median = 0] = gaps.sort((a, b) => a - b).slice(Math.floor(gaps.length / 2));
    // Twice as long would be the one that publishes only on every second tick.
    expect(median / (MINUTE / SPEED)).toBeGreaterThan(0.6);
    expect(median / (MINUTE / SPEED)).toBeLessThan(1.6);
    await until(
      () => aws.metrics('slack').Heartbeat ?? 0,
      (count) => count > 0,
    );
    expect([...slack(), ...pagerDuty()]).toEqual([]);
  });

  test('looks as far back as the workspace does, for samples that come late', async () => {
    const [workspace] = account.amp.workspaces();
    const seconds = workspace?.properties.WorkspaceConfiguration.RuleQueryOffsetInSeconds;

    const configuration = await (await fetch(`${account.cortex.url}/config`)).text();

    expect(seconds).toBeGreaterThan(0);
    expect(configuration).toContain(
      `ruler_query_offset: ${acceleratedDuration(`${seconds}s`, SPEED)}`,
    );
  });

  test.each([
    ['another service', authorization('es')],
    ['another region', authorization('aps', 'us-east-1')],
    ['nobody', {}],
  ])('refuses samples that are signed for %s', async (_, headers) => {
    const [workspace] = account.amp.workspaces();

    const { status } = await fetch(
      `${account.amp.url}/workspaces/${workspace?.id}/api/v1/remote_write`,
      { method: 'POST', body: '', headers },
    );

    expect(status).toBe(403);
  });

  test(
    'brings every alert to the topic and the channels of its severity',
    async () => {
      const now = deployed.filter(({ title }) => !heardLater.includes(title));
      product.condition = 'broken';
      await alertManager.post(posted);

      await until(
        () => unheard(now),
        (titles) => titles.length === 0,
        3 * MINUTE,
      );
      await hears(
        slack,
        [...critical, ...warning, ...info].map((name) => `${name} firing`),
      );
      await hears(
        pagerDuty,
        critical.map((name) => `${name} trigger`),
      );
      const paged = [...new Set(heard(account.sink, '/pagerduty').map(gist))].sort();
      expect(paged).toEqual(critical.map((name) => `${name} trigger`).sort());
    },
    6 * MINUTE,
  );

  test('sends each severity its mail', async () => {
    const written = async (kind: string) => {
      const all = (await listener.published()).filter(({ topic }) => topic.endsWith(kind));
      return new Set(all.map(({ topic, subject }) => `${topic.replace(kind, '')}: ${subject}`));
    };

    const [mails, messages] = [await written('Email'), await written('Messages')];

    expect([...mails].sort()).toEqual([...messages].sort());
    expect([...mails]).toEqual(
      expect.arrayContaining([
        'Critical: [FIRING 1] critical HostDiskSpaceLow host',
        'Warning: [FIRING 2] warning HostMemoryHigh hosts',
        'Info: [FIRING 1] info MetricLabelsReplaced posted',
      ]),
    );
  });

  test('says in one message what happens to two instances of a job', async () => {
    const groups = (await listener.groups()).filter(
      ({ groupLabels }) => groupLabels.alertname === 'HostMemoryHigh',
    );

    const texts = heard(account.sink, '/slack').map(({ body }) => body.text ?? '');
    expect(groups.map(({ numFiring }) => numFiring)).toEqual([2]);
    expect(texts.filter((text) => text.includes('HostMemoryHigh'))).toEqual([
      expect.stringContaining('· 2 firing ·'),
    ]);
  });

  test('mutes what another alert already says', async () => {
    const muted = await until(
      () => alertManager.muted(),
      (all) => all.length >= 5,
    );

    expect(muted).toEqual([
      'DatabaseConnectionPoolExhausted of db-down',
      'DatabaseConnectionsHigh of db-down',
      'DatabaseConnectionsHigh of primary',
      'DatabaseReplicationLagHigh of db-down',
      'TargetDown of worker',
    ]);
    const said = heard(account.sink, '/slack').map(({ bytes }) => bytes);
    expect(said.filter((text) => text.includes('behind db-down'))).toHaveLength(1);
    expect(said.filter((text) => text.includes('job `worker`'))).toHaveLength(1);
  });

  test('sends the exact bytes that Slack, PagerDuty and a person expect', async () => {
    const [alert] = (await alertManager.alerts()).filter(
      ({ labels }) => labels.alertname === 'HostDiskSpaceLow',
    );
    const about = ({ bytes }: { bytes: string }) => bytes.includes('/ of host has');
    const [message, event] = [
      heard(account.sink, '/slack').find(about),
      heard(account.sink, '/pagerduty').find(about),
    ];
    const mail = (await listener.published()).find(({ text }) => text.startsWith('FIRING: / of'));

    const startsAt = new Date(alert?.startsAt ?? 0);
    expect(message?.bytes).toBe(hostMessage(startsAt));
    expect(event?.bytes).toBe(hostEvent(startsAt, event?.body.dedup_key ?? ''));
    expect(mail?.text).toBe(hostMail(startsAt));
  });

  test(
    'closes every alert once all is well again',
    async () => {
      const triggered = heard(account.sink, '/pagerduty').map(({ body }) => body.dedup_key);
      product.condition = 'healthy';
      const endsAt = new Date().toISOString();
      await alertManager.post(posted.map((alert) => ({ ...alert, endsAt })));

      await until(stillOpen, (all) => all.length === 0, 6 * MINUTE);
      await hears(
        slack,
        [...critical, ...warning, ...info].map((name) => `${name} resolved`),
      );
      const closed = () =>
        heard(account.sink, '/pagerduty')
          .filter(({ body }) => body.event_action === 'resolve')
          .map(({ body }) => body.dedup_key);
      await until(closed, (keys) => triggered.every((key) => keys.includes(key)));
    },
    9 * MINUTE,
  );

  test(
    'says only that nothing is known when every metric stops',
    async () => {
      account.sink.reset();

      await product.stop();

      await hears(pagerDuty, ['CollectorAbsent trigger']);
      await until(
        async () => (await alertManager.muted()).filter((one) => one.startsWith('ServiceDown')),
        (all) => all.length === productTargets.length,
      );
      // Long enough for a group that is not muted.
      await pause(3_000);
      expect(pagerDuty()).toEqual(['CollectorAbsent trigger']);
      expect(slack()).toEqual(['CollectorAbsent firing']);
    },
    3 * MINUTE,
  );

  test(
    'says that nobody records what should be there',
    async () => {
      const [workspace] = account.amp.workspaces();
      const headers = { 'X-Scope-OrgID': workspace?.id ?? '' };

      await fetch(`${account.cortex.url}/api/v1/rules/inventory`, { method: 'DELETE', headers });

      await hears(pagerDuty, ['InventoryAbsent trigger']);
    },
    3 * MINUTE,
  );

  test('has carried every alert of the rule files', async () => {
    const titles = deployed.map(({ title }) => title);

    expect(await unheard(deployed)).toEqual([]);
    expect(titles).toEqual(expect.arrayContaining([...Object.keys(postedBecause), ...heardLater]));
  });
});

describe('inhibition', () => {
  test('is tried for every pair of the definition', () => {
    const [workspace] = account.amp.workspaces();

    expect(triedInhibitions()).toEqual(
      definedInhibitions(workspace?.properties.AlertManagerDefinition ?? ''),
    );
  });

  test.each(inhibitions)(
    'of $target by $source is for the same subject only',
    async ({ source, target, equal }) => {
      const subject = Object.fromEntries(equal.map((name) => [name, `one-${source.alertname}`]));
      const pair = `${Object.values({ ...source, ...target }).join('-')}-${target.severity ?? ''}`;
      const job = { job: `pair-${pair}` };
      const effect = { ...subject, ...job, ...target };
      const telling = new Set([...equal, ...Object.keys(target)]);
      telling.delete(equal.includes('alertname') ? '' : 'alertname');
      const others = [...telling].map((name) => ({ ...effect, [name]: 'another' }));
      const labels = [{ ...subject, ...job, ...source }, effect, ...others];

      await alertManager.post(labels.map((one) => ({ labels: one })));

      const state = async (wanted: Labels) => {
        const all = await alertManager.alerts();
        const [found] = all.filter((one) => same(wanted, one.labels));
        return found?.status.state;
      };
      await until(
        () => state(effect),
        (one) => one === 'suppressed',
      );
      const states = await until(
        () => Promise.all(others.map(state)),
        (all) => !all.includes('unprocessed'),
      );
      expect(states).toEqual(others.map(() => 'active'));
    },
  );
});

function same(a: Labels, b: Labels): boolean {
  return within(a, b) && within(b, a);
}
