import type { InboxChannel, InboxMessage } from '../mailbox.js';
import { emailText } from './email.js';
import { type Child, element, type Markup } from './markup.js';
import { type Ending, pagerDutyCard } from './pagerduty.js';
import { slackMessage } from './slack.js';
import { clockTime, secondsBetween } from './spell.js';
import { isRecord } from './unknown.js';

export const channelTitles: Readonly<Record<InboxChannel, string>> = {
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  email: 'E-mail',
};

/** One message with what is known of its way, its content, and the raw payload to unfold. */
export function messageView(
  message: InboxMessage,
  all: readonly InboxMessage[],
  now: Date,
): Markup {
  const { channel, state, alertname, publishedAt, deliveredAt, request } = message;
  const heading = channel === 'email' ? request.url : `POST ${request.url}`;
  return element(
    'article',
    { class: 'message', id: message.id, 'data-channel': channel, 'data-state': state },
    element(
      'header',
      {},
      element('span', { class: 'badge' }, channelTitles[channel]),
      element('b', { class: 'alertname' }, alertname),
      element('span', { class: `pill ${state}` }, state),
      element(
        'span',
        { class: 'when' },
        element('time', { datetime: deliveredAt, title: deliveredAt }, clockTime(deliveredAt)),
        ...latency(publishedAt, deliveredAt),
      ),
    ),
    content(message, all, now),
    element(
      'details',
      { class: 'raw' },
      element('summary', {}, 'Raw payload'),
      element('p', { class: 'address' }, heading),
      element('pre', {}, JSON.stringify(request.body, null, 2)),
    ),
  );
}

/** Left out where nobody published: someone sent the message by hand. */
function latency(publishedAt: string, deliveredAt: string): Child[] {
  return publishedAt === deliveredAt
    ? []
    : [` ${secondsBetween(publishedAt, deliveredAt)} after publish`];
}

function content(message: InboxMessage, all: readonly InboxMessage[], now: Date): Markup {
  const { channel, request } = message;
  if (channel === 'slack') return slackMessage(request.body, now);
  if (channel === 'pagerduty') return pagerDutyCard(request.body, endingOf(message, all));
  return emailText(request.body);
}

/** The first resolve of the same alert after a trigger. */
function endingOf(message: InboxMessage, all: readonly InboxMessage[]): Ending | undefined {
  if (message.state !== 'firing') return undefined;
  const key = dedupKey(message);
  const end = all
    .slice(all.indexOf(message) + 1)
    .find((later) => later.state === 'resolved' && dedupKey(later) === key);
  return end && { from: message.deliveredAt, to: end.deliveredAt };
}

/** What ties the events of one PagerDuty alert together. */
export function dedupKey({ channel, request }: InboxMessage): unknown {
  return channel === 'pagerduty' && isRecord(request.body) ? request.body.dedup_key : undefined;
}
