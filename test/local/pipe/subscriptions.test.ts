import type { Channel } from '../../../lib/notifications/channels';
import { localTopics } from '../../../local/environment';
import { newMailbox } from '../../../local/inbox/mailbox';
import { type Queue, startQueue } from '../../../local/queue';
import type { SnsNotification } from '../../../local/sns';
import { subscriptions } from '../../../local/subscriptions';
import { groupJson } from './publish';

const { messages, email, heartbeat } = localTopics;

describe('subscriptions', () => {
  let queues: Map<Channel, Queue>;
  const mailbox = newMailbox();

  beforeEach(() => {
    mailbox.clear();
    queues = new Map(
      (['slack', 'pagerduty'] as const).map((channel) => {
        const arn = `arn:aws:sqs:eu-west-1:000000000000:local-${channel}`;
        return [channel, startQueue({ arn, visibilityTimeoutMs: 1, maxReceives: 1 })];
      }),
    );
  });

  function published(TopicArn: string, Message: string, Subject: string) {
    const channels = { slack: ['critical', 'warning'], pagerduty: ['critical'] } as const;
    const topics = subscriptions({ topics: localTopics, channels, queues, mailbox });
    const Timestamp = '2026-11-23T20:00:00.000Z';
    const notification = { TopicArn, Message, Subject, Timestamp } as SnsNotification;
    for (const subscriber of topics.get(TopicArn) ?? []) subscriber(notification);
    return [...queues].filter(([, queue]) => queue.depth().waiting === 1).map(([name]) => name);
  }

  test.each([
    ['critical', messages.critical, ['slack', 'pagerduty']],
    ['warning', messages.warning, ['slack']],
    ['info, which nobody hears', messages.info, []],
    ['the heartbeat', heartbeat, ['slack', 'pagerduty']],
  ])('lead %s to the channels that hear it', (_, topic, expected) => {
    const reached = published(topic, groupJson('firing', 'HttpErrorRateHigh'), 'subject');

    expect(reached).toEqual(expected);
    expect(mailbox.all()).toEqual([]);
  });

  test('lead the text for people to the inbox', () => {
    const subject = '[RESOLVED] warning HostDiskSpaceLow node';

    const reached = published(email.warning, 'RESOLVED: the disk has room', subject);

    expect(reached).toEqual([]);
    expect(mailbox.all()).toMatchObject([
      {
        channel: 'email',
        publishedAt: '2026-11-23T20:00:00.000Z',
        alertname: 'HostDiskSpaceLow',
        state: 'resolved',
        request: {
          url: email.warning,
          body: { Subject: subject, Message: 'RESOLVED: the disk has room' },
        },
      },
    ]);
  });
});
