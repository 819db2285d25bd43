import type { ChannelState } from '../../channel.js';
import type { InboxStatus } from '../../inbox.js';
import type { DeadLetter } from '../../queue.js';
import type { RefusedMessage } from '../services.js';
import { element, type Markup } from './markup.js';
import { channelTitles } from './message.js';
import { clockTime } from './spell.js';

/** The queues between SNS and the services, and what the services refused. */
export function statusView({ channels, refused }: InboxStatus): Markup[] {
  return [
    ...channels.map(channelView),
    ...(refused.length === 0
      ? []
      : [
          element(
            'section',
            { class: 'card refused' },
            element('h2', {}, 'Refused'),
            element('ul', {}, ...refused.map(refusedView)),
          ),
        ]),
  ];
}

function channelView({ channel, waiting, inFlight, deadLetters, metrics }: ChannelState): Markup {
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, `${channelTitles[channel]} queue`),
    element(
      'dl',
      { class: 'depths' },
      ...depth('waiting', waiting),
      ...depth('in flight', inFlight),
      ...depth('dead letters', deadLetters.length),
    ),
    element(
      'dl',
      { class: 'metrics' },
      ...Object.entries(metrics)
        .sort(([a], [b]) => a.localeCompare(b))
        .flatMap(([name, count]) => [element('dt', {}, name), element('dd', {}, String(count))]),
    ),
  );
}

/** What no channel could deliver, to read at leisure: apart from what changes all the time. */
export function deadLettersView({ channels }: InboxStatus): Markup[] {
  return channels
    .filter(({ deadLetters }) => deadLetters.length > 0)
    .map(({ channel, deadLetters }) =>
      element(
        'section',
        { class: 'card' },
        element('h2', {}, `${channelTitles[channel]} dead letters`),
        ...deadLetters.map(deadLetterView),
      ),
    );
}

function depth(name: string, count: number): Markup[] {
  const kind = count === 0 ? 'none' : name.replace(' ', '-');
  return [element('dt', {}, name), element('dd', { class: kind }, String(count))];
}

function deadLetterView({ messageId, receives, diedAt, body }: DeadLetter): Markup {
  return element(
    'details',
    { class: 'dead-letter' },
    element('summary', {}, `dead after ${receives} receives, ${clockTime(diedAt)}`),
    element('p', { class: 'address' }, messageId),
    element('pre', {}, body),
  );
}

function refusedView({ service, at, status, reason }: RefusedMessage): Markup {
  return element(
    'li',
    {},
    element('time', { datetime: at }, clockTime(at)),
    ` ${channelTitles[service]} ${status} `,
    element('code', {}, reason),
  );
}
