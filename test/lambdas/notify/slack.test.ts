import type { SectionBlock } from '@slack/types';
import fc from 'fast-check';
import { slackMessage } from '../../../lambdas/notify/slack.js';
import type { Message } from '../../../lambdas/shared/alert-group.js';
import { deliver } from '../../../lambdas/shared/deliver.js';
import { hostileGroup, hostileText } from '../../support/hostile.js';
import { startHttpSink } from '../../support/http-sink.js';
import { captured, group, read } from '../../support/messages.js';

interface Sent {
  readonly text: string;
  readonly attachments?: readonly {
    readonly color: string;
    readonly blocks: readonly { readonly type: string; readonly text: { readonly text: string } }[];
  }[];
}

const settings = {
  environment: 'prod',
  secretName: 'spheroseg/prod/slack',
  queueUrl: 'https://sqs.example/queue',
  runbooksUrl: 'https://runbooks.example/',
  grafanaUrl: 'https://grafana.example',
};

const rendered = (message: Message) => slackMessage(message, 'https://slack.example', settings);
const sent = (message: Message) => rendered(message).body as Sent;
const attachment = (message: Message) => sent(message).attachments?.[0];
const texts = (message: Message) => [
  sent(message).text,
  ...(attachment(message)?.blocks.map(({ text }) => text.text) ?? []),
];
const plain = (message: Message) => (rendered(message).simpler as Sent).text;

describe('slackMessage', () => {
  test('says what, how many, where, why, since when and what to do', () => {
    const message = sent(read(captured('one-firing')));

    const section = (text: string): SectionBlock => ({
      type: 'section',
      text: { type: 'mrkdwn', text, verbatim: true },
    });
    expect(message).toEqual({
      text: '🔴 *HttpErrorRateHigh* · 1 firing · prod\n7.3 % of the requests of api fail',
      attachments: [
        {
          color: '#d92d20',
          blocks: [
            section(
              'More than 5 % of the requests of api have ended with a status of 5xx for two minutes.',
            ),
            section(
              expect.stringMatching(
                /^\*Since\* <!date\^\d{10}\^{date_short_pretty} {time}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>\nseverity `critical` {2}component `http` {2}job `api`$/,
              ),
            ),
            section(
              '<https://runbooks.example/http.md#httperrorratehigh|Runbook>  ·  <https://grafana.example/d/application|Dashboard>  ·  <http://prometheus.internal:9090/graph?g0.expr=job%3Ahttp_server_requests%3Aerror_ratio5m%20%3E%200.05&amp;g0.tab=1|Expression>',
            ),
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  test('turns green and says how long it lasted once all is resolved', () => {
    const message = read(captured('one-resolved'));

    const [headline, lasted] = texts(message);

    expect(attachment(message)?.color).toBe('#12b76a');
    expect(headline).toBe(
      '✅ *HttpErrorRateHigh* · 1 resolved · prod\nWas: 7.3 % of the requests of api fail',
    );
    expect(lasted).toMatch(/^\*Lasted\* 5 min, <!date\^.*> to <!date\^.*>$/m);
  });

  test('tells several alerts apart by what they do not share', () => {
    const [headline, description, , , alerts] = texts(read(captured('partly-resolved')));

    expect(headline).toMatch(/^🔴 \*HostDiskSpaceLow\* · 2 firing, 1 resolved · prod$/m);
    expect(description).toMatch(/^A full disk stops the database/);
    expect(alerts?.split('\n').map((line) => line.replace(/<!date.*>/, 'then'))).toEqual([
      '🔴 instance `10.0.1.2:9100` · since then',
      '12 % of the disk of 10.0.1.2 is free',
      '🔴 instance `10.0.1.3:9100` · since then',
      '11 % of the disk of 10.0.1.3 is free',
      '✅ instance `10.0.1.1:9100` · until then',
      '13 % of the disk of 10.0.1.1 is free',
    ]);
  });

  test('lists ten alerts and counts the rest by the true total', () => {
    const message = group('forty-firing', { numFiring: 1_234 });

    const list = texts(message).at(-1) ?? '';

    expect(list.match(/🔴 instance/g)).toHaveLength(10);
    expect(list).toMatch(/\n\+1224 more$/);
  });

  test('leaves out a link that would not fit, rather than half of it', () => {
    const commonAnnotations = { dashboard: 'application', runbook: '&'.repeat(900) };

    const all = texts(group('one-firing', { commonAnnotations })).join('');

    expect(all).not.toContain('Runbook');
    expect(all.length).toBeLessThan(3_000);
  });

  test.each([
    ['critical', '#d92d20', '🔴'],
    ['warning', '#f79009', '🟠'],
    ['info', '#2e90fa', '🔵'],
    ['page', '#d92d20', '🔴'],
  ])('shows %s by colour and sign', (severity, color, sign) => {
    const message = group('one-firing', { commonLabels: { severity } });

    expect(attachment(message)?.color).toBe(color);
    expect(texts(message)[0]).toMatch(sign);
  });

  test('shows a message that it cannot read, and why it is shown', () => {
    const [headline, why, raw] = texts(read('Alerts Firing:\n - <!here> ```'));

    expect(headline).toBe('⚠️ *unreadable alert message* · prod');
    expect(why).toContain('`prod-alerts-critical`');
    expect(raw).toBe("```\nAlerts Firing:\n - &lt;!here&gt; '''\n```");
  });

  test('is sent once more as plain text when Slack refuses the blocks', async () => {
    const sink = await startHttpSink(() => ({ body: 'ok' }));
    sink.next({ status: 400, body: 'invalid_blocks' });
    const message = slackMessage(read(captured('one-firing')), sink.url, settings);

    await deliver('slack', message, 5_000);

    await sink.stop();
    expect(sink.requests.map(({ bytes }) => JSON.parse(bytes.toString()))).toEqual([
      message.body,
      {
        text: [
          '🔴 *HttpErrorRateHigh* · 1 firing · prod',
          '7.3 % of the requests of api fail',
          'More than 5 % of the requests of api have ended with a status of 5xx for two minutes.',
          'Runbook: https://runbooks.example/http.md#httperrorratehigh',
          'Dashboard: https://grafana.example/d/application',
          'Expression: http://prometheus.internal:9090/graph?g0.expr=job%3Ahttp_server_requests%3Aerror_ratio5m%20%3E%200.05&amp;g0.tab=1',
        ].join('\n'),
        unfurl_links: false,
        unfurl_media: false,
      },
    ]);
  });
});

describe('slackMessage, whatever the alert says,', () => {
  // Links and times are ours; what is left must hold no control character of Slack's.
  const foreign = (text: string) =>
    text
      .replace(/<!date\^-?\d+\^[^|<>]*\|[^|<>]*>/g, '')
      .replace(/<https?:[^|<>]*\|[A-Z][a-z]+>/g, '');
  const all = (message: Message) => [plain(message), ...texts(message)];

  test.each([
    ['a group', hostileGroup],
    ['an unreadable message', hostileText.map((text) => read(text))],
  ])('keeps the limits of Slack: %s', (_, messages: fc.Arbitrary<Message>) => {
    fc.assert(
      fc.property(messages, (message) => {
        const [headline = '', ...sections] = texts(message);

        expect(headline.length).toBeLessThanOrEqual(500);
        expect(Math.max(0, ...sections.map((text) => text.length))).toBeLessThanOrEqual(3_000);
        expect(sections.every((text) => text.length > 0)).toBe(true);
        expect(attachment(message)?.blocks).not.toEqual([]);
        expect([headline, ...sections].join('').length).toBeLessThanOrEqual(12_000);
        expect(plain(message).length).toBeLessThanOrEqual(3_500);
      }),
    );
  });

  test.each([
    ['a group', hostileGroup],
    ['an unreadable message', hostileText.map((text) => read(text))],
  ])(
    'escapes everything and cuts no entity and no character: %s',
    (_, messages: fc.Arbitrary<Message>) => {
      fc.assert(
        fc.property(messages, (message) => {
          const foreignText = all(message).map(foreign).join('\n');

          expect(foreignText).not.toMatch(/[<>]/);
          expect(foreignText).not.toMatch(/&(?!(amp|lt|gt);)/);
          expect(foreignText).not.toMatch(/\p{Surrogate}/u);
          expect(JSON.parse(JSON.stringify(sent(message)))).toEqual(sent(message));
        }),
      );
    },
  );
});
