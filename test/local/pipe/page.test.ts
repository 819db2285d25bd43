import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InboxStatus } from '../../../local/inbox';
import type { InboxMessage } from '../../../local/inbox/mailbox';
import { type Child, textOf } from '../../../local/inbox/page/markup';
import { messageView } from '../../../local/inbox/page/message';
import { deadLettersView, statusView } from '../../../local/inbox/page/status';

const now = new Date(2026, 10, 23, 20, 30);

function message(channel: InboxMessage['channel'], body: unknown, id = 'one'): InboxMessage {
  return {
    id,
    channel,
    alertname: 'HttpErrorRateHigh',
    state: 'firing',
    publishedAt: '2026-11-23T20:00:00.000Z',
    deliveredAt: '2026-11-23T20:00:01.250Z',
    request: { url: '/slack/…', body },
  };
}

function drawn(shown: InboxMessage, later: readonly InboxMessage[] = []): Child {
  return messageView(shown, [shown, ...later], now);
}

const text = (child: Child) => textOf(child).replace(/\s+/g, ' ');

/** Every element with this class. */
function found(child: Child, name: string): Child[] {
  return typeof child === 'string'
    ? []
    : [
        ...(child.attributes.class?.split(' ').includes(name) ? [child] : []),
        ...child.children.flatMap((inner) => found(inner, name)),
      ];
}

const blocks = [
  { type: 'header', text: { type: 'plain_text', text: 'Title & <b>' } },
  { type: 'section', text: { type: 'mrkdwn', text: '*5 %* fail' } },
  { type: 'table', rows: [] },
];

describe('messageView', () => {
  test('says what the message is about and how long it took', () => {
    const view = drawn(message('slack', { text: 'hello' }));

    expect(text(view)).toMatch(/^SlackHttpErrorRateHighfiring\S+ 1\.3 s after publish/);
  });

  test('draws the colour, the blocks, and in red what it does not know', () => {
    const view = drawn(
      message('slack', { text: 'lead', attachments: [{ color: '#d92d20', blocks }] }),
    );

    expect(found(view, 'attachment')).toMatchObject([{ attributes: { '--bar': '#d92d20' } }]);
    expect(text(view)).toContain('leadTitle & <b>5 % fail');
    expect(found(view, 'unknown').map(text)).toEqual([
      expect.stringContaining('unknown block: table'),
    ]);
  });

  test('takes no style from a message but a colour', () => {
    const color = 'red; background: url(https://a.test)';

    const view = drawn(message('slack', { attachments: [{ color, text: 'x' }] }));

    expect(JSON.stringify(found(view, 'attachment')[0])).toContain('"--bar":"#8888"');
  });

  const event = {
    event_action: 'trigger',
    dedup_key: 'k',
    payload: { summary: 'api: requests fail', source: 'api', severity: 'critical' },
    links: [{ href: 'javascript:alert(1)', text: 'Runbook' }],
  };

  test('draws a PagerDuty event as a card', () => {
    const view = drawn(message('pagerduty', event));

    expect(text(view)).toContain('Triggeredcriticalapi: requests fail');
    expect(text(view)).toContain('dedup keyk');
    expect(found(view, 'bad-link')).toHaveLength(1);
  });

  test('says of a trigger when it was resolved', () => {
    const resolve = {
      ...message('pagerduty', { event_action: 'resolve', dedup_key: 'k' }, 'two'),
      state: 'resolved' as const,
      deliveredAt: '2026-11-23T20:03:21.250Z',
    };

    const acknowledge = message(
      'pagerduty',
      { event_action: 'acknowledge', dedup_key: 'k' },
      'ack',
    );

    expect(text(drawn(message('pagerduty', event), [acknowledge, resolve]))).toContain(
      'resolved 3 min 20 s later',
    );
    expect(text(drawn(message('pagerduty', event)))).not.toContain('later');
  });

  test('shows a mail as text, with its links', () => {
    const body = { Subject: '[FIRING 1] critical', Message: 'See https://a.test/b <b>now</b>' };

    const view = drawn(message('email', body));

    expect(text(view)).toContain('[FIRING 1] criticalSee https://a.test/b <b>now</b>');
    expect(JSON.stringify(view)).toContain('"href":"https://a.test/b"');
  });

  const shapes = [null, 'text', 1, [], {}, { blocks: 'x', attachments: [1, { blocks: [null] }] }];

  test.each(
    shapes.flatMap((body) => (['slack', 'pagerduty', 'email'] as const).map((to) => [to, body])),
  )('shows to %s what it would not take, %j, as raw payload', (channel, body) => {
    const view = drawn(message(channel as InboxMessage['channel'], body));

    expect(textOf(view)).toContain(`/slack/…${JSON.stringify(body, null, 2)}`);
  });
});

const status: InboxStatus = {
  environmentName: 'local',
  channels: [
    {
      channel: 'slack',
      waiting: 2,
      inFlight: 1,
      deadLetters: [{ messageId: 'm', body: '<b>', receives: 100, sentAt: 0, diedAt: 0 }],
      metrics: { Received: 7 },
    },
    { channel: 'pagerduty', waiting: 0, inFlight: 0, deadLetters: [], metrics: {} },
  ],
  refused: [
    { service: 'slack', at: '2026-11-23T20:00:00Z', status: 400, reason: 'invalid_blocks' },
  ],
};

describe('statusView', () => {
  test('shows queues, counts and what was refused', () => {
    const shown = statusView(status).map(text).join(' ');

    expect(shown).toMatch(/Slack queuewaiting2in flight1dead letters1Received7/);
    expect(shown).toMatch(/Refused\S+ Slack 400 invalid_blocks/);
  });
});

describe('deadLettersView', () => {
  test('shows what no channel could deliver', () => {
    expect(deadLettersView(status).map(text)).toEqual([
      expect.stringMatching(/^Slack dead lettersdead after 100 receives, \S+m<b>$/),
    ]);
  });
});

describe('the page', () => {
  test('has no way from text to HTML', () => {
    const folder = join(__dirname, '../../../local/inbox/page');
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

    expect(sources.join('\n')).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|eval\(|new Function/,
    );
  });
});
