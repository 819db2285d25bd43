import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { pagerDutyEvent } from '../../../lambdas/notify/pagerduty.js';
import type { Message } from '../../../lambdas/shared/alert-group.js';
import { hostileGroup, hostileText } from '../../support/hostile.js';
import { captured, group, read } from '../../support/messages.js';

interface Event {
  readonly event_action: string;
  readonly dedup_key: string;
  readonly links?: readonly { readonly href: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

const key = 'planted0planted0planted0planted0';
const settings = {
  environment: 'prod',
  secretName: 'spheroseg/prod/pagerduty',
  queueUrl: 'https://sqs.example/queue',
  runbooksUrl: 'https://runbooks.example/',
  grafanaUrl: 'https://grafana.example',
};

const delivery = (message: Message) => pagerDutyEvent(message, key, settings);
const event = (message: Message) => delivery(message).body as Event;
const bytes = (message: Message) => Buffer.byteLength(JSON.stringify(event(message)));

describe('pagerDutyEvent', () => {
  test('triggers with what the phone must say and the page must show', () => {
    const message = group('partly-resolved');

    const body = event(message);

    expect(body).toEqual({
      routing_key: key,
      event_action: 'trigger',
      dedup_key: message.key,
      client: 'Spheroseg monitoring',
      client_url: 'https://grafana.example/d/infrastructure',
      links: [
        { text: 'Runbook', href: 'https://runbooks.example/host.md#hostdiskspacelow' },
        { text: 'Dashboard', href: 'https://grafana.example/d/infrastructure' },
        { text: 'Expression', href: expect.stringMatching(/^http:\/\/prometheus.internal:9090/) },
      ],
      payload: {
        summary:
          'HostDiskSpaceLow: 12 % of the disk of 10.0.1.2 is free (2 firing, 1 resolved, prod)',
        source: 'node',
        severity: 'critical',
        timestamp: message.alerts[1]?.startsAt.toISOString(),
        component: 'host',
        group: 'prod',
        class: 'HostDiskSpaceLow',
        custom_details: {
          environment: 'prod',
          firing: 2,
          resolved: 1,
          labels: message.commonLabels,
          annotations: message.commonAnnotations,
          firingAlerts: [
            {
              since: message.alerts[0]?.startsAt.toISOString(),
              labels: { instance: '10.0.1.2:9100' },
              annotations: { summary: '12 % of the disk of 10.0.1.2 is free' },
            },
            expect.objectContaining({ labels: { instance: '10.0.1.3:9100' } }),
          ],
          resolvedAlerts: [
            expect.objectContaining({ until: message.alerts[2]?.endsAt.toISOString() }),
          ],
        },
      },
    });
  });

  test('resolves what it triggered, once the whole group is resolved', () => {
    const opened = event(read(captured('three-firing')));

    const closed = event(read(captured('all-resolved')));

    expect(closed).toEqual({
      routing_key: key,
      event_action: 'resolve',
      dedup_key: opened.dedup_key,
    });
  });

  test('knows a group by topic, receiver and group labels alone', () => {
    const text = [
      'arn:aws:sns:eu-west-1:222222222222:prod-alerts-critical',
      'critical',
      '[["alertname","HttpErrorRateHigh"],["job","api"]]',
    ].join('\n');

    const { dedup_key } = event(group('one-firing', { numFiring: 3, alerts: [] }));

    expect(dedup_key).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test.each([
    ['critical', 'critical'],
    ['warning', 'warning'],
    ['info', 'info'],
    ['page', 'error'],
    ['', 'error'],
  ])('maps the severity %j to %s', (severity, expected) => {
    const message = group('one-firing', { commonLabels: { severity }, alerts: [] });

    expect(event(message).payload.severity).toBe(expected);
  });

  test('opens one incident per topic for what it cannot read', () => {
    const [one, other] = [event(read('Alerts Firing:')), event(read('{"status":"resolved"}'))];

    expect(one).toMatchObject({
      event_action: 'trigger',
      payload: {
        summary: 'unreadable alert message in prod: Alerts Firing:',
        severity: 'error',
        custom_details: { message: 'Alerts Firing:' },
      },
    });
    expect(other.event_action).toBe('trigger');
    expect(other.dedup_key).toBe(one.dedup_key);
  });

  test('carries no link that is not http', () => {
    const alerts = [{ ...group('one-firing').alerts[0], generatorURL: 'javascript:alert(1)' }];

    const { links } = event(group('one-firing', { alerts }));

    expect(links?.map(({ href }) => new URL(href).protocol)).toEqual(['https:', 'https:']);
  });

  test.each([
    ['nothing', 40, 100, undefined, 40],
    ['resolved alerts', 60, 10_000, 'resolved alerts', 30],
    ['annotations', 200, 10_000, 'annotations', 100],
    ['most alerts', 20_000, 100, 'all but the first 10 alerts', 10],
  ])('leaves out %s when the details are too long', (_, count, chars, leftOut, shown) => {
    const [alert] = group('one-firing').alerts;
    const alerts = Array.from({ length: count }, (__, index) => ({
      ...alert,
      status: index % 2 === 0 ? 'firing' : 'resolved',
      labels: { instance: `i-${index}` },
      annotations: { summary: 'x'.repeat(chars) },
    }));

    const message = group('one-firing', { alerts, commonAnnotations: {} });

    const { firingAlerts, resolvedAlerts, ...details } = event(message).payload.custom_details;
    expect([firingAlerts, resolvedAlerts].flat().filter(Boolean)).toHaveLength(shown);
    expect(details.leftOut).toBe(leftOut);
    expect(bytes(message)).toBeLessThan(500_000);
  });

  test('sends the counts alone when even the common labels are too long', () => {
    const message = group('one-firing', { commonLabels: { huge: 'é'.repeat(300_000) } });

    expect(event(message).payload.custom_details).toEqual({
      environment: 'prod',
      firing: 1,
      resolved: 0,
      leftOut: 'labels and alerts',
    });
    expect(bytes(message)).toBeLessThan(500_000);
  });

  test.each([
    ['202', 202, '{"status":"success"}', undefined],
    ['200 of a proxy', 200, '<html>', { reason: 'server' }],
    [
      'a wrong key',
      400,
      '{"message":"Event object is invalid","errors":["Length of \'routing_key\' is incorrect"]}',
      { reason: 'auth', detail: "Event object is invalid, Length of 'routing_key' is incorrect" },
    ],
    [
      'a refused event',
      400,
      `{"message":"Event object is invalid","errors":["'${key}' is bad"]}`,
      { reason: 'client', detail: "Event object is invalid, '…' is bad" },
    ],
    ['an unknown refusal', 400, 'no', { reason: 'client', detail: 'client' }],
    ['429', 429, '', { reason: 'rateLimited' }],
    ['500', 500, '', { reason: 'server' }],
  ])('reads the answer: %s', (_, status, text, problem) => {
    const { problem: problemOf } = delivery(read(captured('one-firing')));

    expect(problemOf({ status, text })).toEqual(problem);
  });

  test.each([
    ['a group', hostileGroup],
    ['an unreadable message', hostileText.map((text) => read(text))],
  ])('keeps the limits of PagerDuty: %s', (_, messages: fc.Arbitrary<Message>) => {
    const open = messages.filter((message) => event(message).event_action === 'trigger');
    fc.assert(
      fc.property(open, (message) => {
        const { payload, links = [] } = event(message);

        expect(payload.summary.length).toBeLessThanOrEqual(1_024);
        expect(payload.summary).toMatch(/\S/);
        expect(payload.source).toMatch(/\S/);
        expect(JSON.stringify(event(message))).not.toMatch(/\\ud[89a-f]/i);
        expect(links.every(({ href }) => /^https?:/.test(href))).toBe(true);
        expect(bytes(message)).toBeLessThan(512_000);
      }),
      { numRuns: 300 },
    );
  });
});
