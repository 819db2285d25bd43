import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { alertmanagerDefinition } from '../../lib/alerting/alertmanager';
import { engine } from '../../local/engines';
import { localTopics } from '../../local/environment';
import { output } from '../../local/process';
import { publishRefusal } from '../../local/sns-publish';
import { acceleratedTimings } from '../../local/time-lapse';
import {
  eventually,
  type RunningAlertmanager,
  runningAlertmanager,
  withTimings,
  writeConfiguration,
} from '../support/running-alertmanager';

const definition = alertmanagerDefinition(localTopics, 'eu-west-1', {
  runbooks: 'https://wiki.example.com/runbooks/',
  grafana: 'https://g.example.com',
});
const fast = { group_wait: '100ms', group_interval: '500ms', repeat_interval: '1h' };

describe('amtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spheroseg-amtool-'));
  const configuration = writeConfiguration(folder, definition);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('takes the configuration with its templates', async () => {
    const printed = await output(await engine('amtool'), ['check-config', configuration]);

    expect(printed).toContain('SUCCESS');
    expect(printed).toContain('4 receivers');
    expect(printed).toContain('3 templates');
  });

  test.each([
    ['ServiceDown', 'critical', 'critical'],
    ['ServiceDegraded', 'warning', 'warning'],
    ['HttpErrorRateHigh', 'critical', 'critical'],
    ['DatabaseDown', 'critical', 'critical'],
    ['DatabaseConnectionPoolExhausted', 'critical', 'critical'],
    ['DatabaseReplicationLagHigh', 'critical', 'critical'],
    ['DatabaseReplicationBroken', 'critical', 'critical'],
    ['DatabaseMetricsAbsent', 'critical', 'critical'],
    ['HostDiskSpaceLow', 'critical', 'critical'],
    ['CollectorAbsent', 'critical', 'critical'],
    ['TargetDown', 'warning', 'warning'],
    ['Watchdog', 'info', 'heartbeat'],
    ['Anything', 'info', 'info'],
    ['WithoutSeverity', '', 'critical'],
    ['WithAnotherSeverity', 'page', 'critical'],
    ['WithAMisspeltSeverity', 'Warning', 'critical'],
  ])('routes %s of severity %j to %s', async (name, severity, receiver) => {
    const labels = [`alertname=${name}`, `severity="${severity}"`, 'job=api'];

    const printed = await output(await engine('amtool'), [
      ...['config', 'routes', 'test', `--config.file=${configuration}`],
      ...labels,
    ]);

    expect(printed.split('\n')[0]).toBe(receiver);
  });
});

describe('Alertmanager', () => {
  let running: RunningAlertmanager;
  beforeAll(async () => {
    running = await runningAlertmanager(withTimings(definition, fast));
  }, 60_000);
  afterAll(() => running.stop());

  const publishedTo = (topic: string, ...texts: string[]) =>
    running.published.filter(
      ({ topicArn, message }) =>
        topicArn === topic && texts.every((text) => message.includes(text)),
    );
  /** The newest publish to a topic that contains the texts; it waits for one. */
  const newest = async (topic: string, ...texts: string[]) => {
    const found = await eventually(
      () => publishedTo(topic, ...texts),
      ({ length }) => length > 0,
    );
    return found.at(-1);
  };

  const { critical } = localTopics.messages;
  const criticalEmail = localTopics.email.critical;
  const hostile = [
    ...['"', '\\', '\\"', "'", '`', '\n', '\r\n', '\t', '\u0000', '\u001b[31m', '\u007f', '\u2028'],
    ...['{{ .Status }}', '{{', '}}', '$1', '%s%n', '<!channel>', '&amp;', '</script>', ',', '":"'],
    ...['Ž', '漢字', '🩺', '👩‍⚕️', '\ufeff', '\u202e', '\\u0041', '\\x00', ' ', '","end":true}'],
    ...fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), {
      numRuns: 60,
      seed: 1,
    }),
  ];

  test('publishes valid JSON and exact values, whatever alerts carry', async () => {
    const alerts = hostile.map((text, index) => ({
      labels: { alertname: 'Hostile', severity: 'critical', job: `${index}${text}`, odd: text },
      annotations: { summary: text, description: `${text}${text}` },
    }));

    await running.post(alerts);
    const published = await eventually(
      () => publishedTo(critical, '"Hostile"'),
      ({ length }) => length >= hostile.length,
    );

    const read = published.map(({ message }) => JSON.parse(message));
    const texts = hostile.map(withoutControls);
    expect(read.map(({ groupLabels }) => groupLabels.job).sort()).toEqual(
      texts.map((text, index) => `${index}${text}`).sort(),
    );
    expect(read.map(({ alerts: [one] }) => one.labels.odd).sort()).toEqual([...texts].sort());
    expect(read.map(({ alerts: [one] }) => one.annotations.summary).sort()).toEqual(
      [...texts].sort(),
    );
    expect(read.map(({ commonAnnotations }) => commonAnnotations.description).sort()).toEqual(
      texts.map((text) => `${text}${text}`).sort(),
    );
    expect(read.every(({ schema, end }) => schema === 'amp-json/1' && end === true)).toBe(true);
  }, 30_000);

  test('tells machines everything about a group', async () => {
    const startsAt = '2026-11-23T20:15:03.000Z';
    await running.post([
      {
        labels: { alertname: 'Everything', severity: 'warning', job: 'api', instance: 'a' },
        annotations: { summary: 'It broke', runbook: 'http.md#everything' },
        startsAt,
      },
    ]);

    const published = await newest(localTopics.messages.warning, 'Everything');

    expect(JSON.parse(published?.message ?? '')).toEqual({
      schema: 'amp-json/1',
      receiver: 'warning',
      status: 'firing',
      externalURL: expect.any(String),
      numFiring: 1,
      numResolved: 0,
      groupLabels: { alertname: 'Everything', job: 'api' },
      commonLabels: { alertname: 'Everything', severity: 'warning', job: 'api', instance: 'a' },
      commonAnnotations: { summary: 'It broke', runbook: 'http.md#everything' },
      alerts: [
        {
          status: 'firing',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          startsAt,
          endsAt: expect.any(String),
          labels: { alertname: 'Everything', severity: 'warning', job: 'api', instance: 'a' },
          annotations: { summary: 'It broke', runbook: 'http.md#everything' },
          generatorURL: '',
        },
      ],
      end: true,
    });
  });

  test.each([
    ['ASCII', 'x'.repeat(1500)],
    ['quotes', '"'.repeat(1500)],
    ['emoji', '🩺'.repeat(1500)],
    ['control characters', '\u0001\n'.repeat(1500)],
  ])(
    'stays below the limit of SNS with 1000 alerts full of %s',
    async (name, text) => {
      const job = name.replace(' ', '-');
      const alerts = Array.from({ length: 1000 }, (_, index) => ({
        labels: { alertname: 'Storm', severity: 'critical', job, instance: `10.0.0.${index}` },
        annotations: { summary: text, description: text, runbook: text, dashboard: text },
      }));

      await running.post(alerts);
      const message = await newest(critical, `"groupLabels":{"alertname":"Storm","job":"${job}"}`);
      const email = await newest(criticalEmail, `job=${job} `);

      const { numFiring, alerts: listed, end } = JSON.parse(message?.message ?? '');
      expect({ numFiring, end }).toEqual({ numFiring: 1000, end: true });
      expect(listed.length).toBeGreaterThan(0);
      expect(email?.message).toContain('only the first 20 are listed');
      expect(Buffer.byteLength(message?.message ?? '')).toBeLessThan(262_144);
      expect(Buffer.byteLength(email?.message ?? '')).toBeLessThan(262_144);
    },
    30_000,
  );

  test('lists at least one alert, whatever its size', async () => {
    const huge = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`label_${index}`, '"\n'.repeat(1500)]),
    );
    const alerts = Array.from({ length: 20 }, (_, index) => ({
      labels: { alertname: 'Huge', severity: 'critical', instance: `${index}`, ...huge },
      annotations: huge,
    }));

    await running.post(alerts);
    const published = await newest(critical, '"Huge"', '"numFiring":20');

    expect(JSON.parse(published?.message ?? '').alerts.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(published?.message ?? '')).toBeLessThan(262_144);
  });

  test('cuts a long value instead of leaving it out', async () => {
    await running.post([
      {
        labels: { alertname: 'Long', severity: 'critical' },
        annotations: { summary: 'Too long', description: 'ž'.repeat(100_000) },
      },
    ]);

    const message = await newest(critical, '"Long"');
    const email = await newest(criticalEmail, 'Too long');

    expect(JSON.parse(message?.message ?? '').alerts[0].annotations).toEqual({
      summary: 'Too long',
      description: `${'ž'.repeat(2000)}...`,
    });
    expect(email?.message).toContain(`\n\n${'ž'.repeat(1000)}...\n\n`);
  });

  test('writes an e-mail that a person can act on at night', async () => {
    const alert = (instance: string, endsAt?: string) => ({
      labels: {
        ...{ alertname: 'HttpErrorRateHigh', severity: 'critical', component: 'http' },
        ...{ job: 'api', instance },
      },
      annotations: {
        summary: 'api answers 12 % of its requests with errors',
        description: 'More than 5 % of them failed in the last 5 minutes.\nPeople see error pages.',
        runbook: 'http.md#httperrorratehigh',
        dashboard: 'application',
      },
      startsAt: '2026-11-23T20:15:03.123Z',
      ...(endsAt === undefined ? {} : { endsAt }),
    });

    await running.post([alert('10.0.0.1:3000'), alert('10.0.0.2:3000')]);
    await newest(criticalEmail, '2 firing, 0 resolved.');
    await running.post([alert('10.0.0.2:3000', '2026-11-23T20:25:44Z')]);
    const email = await newest(criticalEmail, '1 firing, 1 resolved.');

    expect(email?.subject).toBe('[FIRING 1] critical HttpErrorRateHigh api');
    expect(email?.message).toBe(`1 firing, 1 resolved.

FIRING: api answers 12 % of its requests with errors

More than 5 % of them failed in the last 5 minutes.
People see error pages.

Since:     2026-11-23 20:15:03 UTC
Runbook:   https://wiki.example.com/runbooks/http.md#httperrorratehigh
Dashboard: https://g.example.com/d/application
Labels:    alertname=HttpErrorRateHigh component=http instance=10.0.0.1:3000 job=api severity=critical

RESOLVED: api answers 12 % of its requests with errors

More than 5 % of them failed in the last 5 minutes.
People see error pages.

Since:     2026-11-23 20:15:03 UTC
Until:     2026-11-23 20:25:44 UTC
Runbook:   https://wiki.example.com/runbooks/http.md#httperrorratehigh
Dashboard: https://g.example.com/d/application
Labels:    alertname=HttpErrorRateHigh component=http instance=10.0.0.2:3000 job=api severity=critical

`);
  }, 30_000);

  test('says that all is resolved', async () => {
    const labels = { alertname: 'Short', severity: 'warning', job: 'api' };
    await running.post([{ labels, startsAt: '2026-11-23T20:15:03Z' }]);
    await newest(localTopics.email.warning, 'FIRING: Short');

    await running.post([
      { labels, startsAt: '2026-11-23T20:15:03Z', endsAt: '2026-11-23T20:25:44Z' },
    ]);
    const email = await newest(localTopics.email.warning, 'RESOLVED: Short');

    expect(email?.subject).toBe('[RESOLVED] warning Short api');
  });

  test('gives e-mails a subject that SNS takes, whatever alerts are called', async () => {
    const names = ['ž'.repeat(300), 'A'.repeat(300), 'a\nb', 'Ünïcödé\u0007', '{{ .Status }}'];
    await running.post(
      names.map((name) => ({
        labels: { alertname: name, severity: 'critical', job: `subject ${name}` },
      })),
    );

    const published = await eventually(
      () => publishedTo(critical, 'subject '),
      ({ length }) => length >= names.length,
    );

    expect(published.map(({ subject }) => subject)).toContain(
      `[FIRING 1] critical ${'A'.repeat(45)} subject${'A'.repeat(13)}`,
    );
  });

  // After all others, because it looks at what they published.
  test('has published nothing that SNS would refuse', () => {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=a/20261123/eu-west-1/sns/aws4_request, SignedHeaders=a, Signature=${'0'.repeat(64)}`,
    };
    const topics = [
      ...Object.values(localTopics.messages),
      ...Object.values(localTopics.email),
      localTopics.heartbeat,
    ];

    const refused = running.published.flatMap(
      (one) => publishRefusal(one, { headers }, topics) ?? [],
    );

    expect(running.published.length).toBeGreaterThan(200);
    expect(refused).toEqual([]);
    expect(running.published.flatMap(({ attributes }) => attributes)).toEqual([]);
  });
});

describe('the heartbeat', () => {
  test('is published on every tick of its group', async () => {
    const running = await runningAlertmanager(acceleratedTimings(definition, 60));

    await running.post([{ labels: { alertname: 'Watchdog', severity: 'info' } }]);
    const beats = await eventually(
      () => running.published,
      ({ length }) => length >= 4,
    );
    await running.stop();

    const gaps = beats.slice(1).map(({ atMs }, index) => atMs - (beats[index]?.atMs ?? 0));
    expect(beats.map(({ topicArn }) => topicArn)).toEqual(beats.map(() => localTopics.heartbeat));
    expect(gaps).toHaveLength(3);
    // A minute at speed 60; every second tick would be two seconds.
    expect(Math.max(...gaps)).toBeLessThan(1600);
  }, 60_000);
});

/** What JSON cannot carry becomes a space. */
function withoutControls(text: string): string {
  return [...text]
    .map((character) => (character < ' ' && !'\n\r\t'.includes(character) ? ' ' : character))
    .join('');
}
