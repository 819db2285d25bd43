import type { AlertTopics } from '../lib/alerting/alertmanager.js';
import type { Environment } from '../lib/environment.js';
import type { Channel } from '../lib/notifications/channels.js';
import { type Severity, severities } from '../lib/severity.js';
import type { Mailbox, NewMessage } from './inbox/mailbox.js';
import { publishedGroup } from './inbox/origin.js';
import type { Queue } from './queue.js';
import type { SnsNotification, Subscriber } from './sns.js';

export interface Wiring {
  readonly topics: AlertTopics;
  readonly channels: Environment['channels'];
  readonly queues: ReadonlyMap<Channel, Queue>;
  readonly mailbox: Mailbox;
}

/** Who hears which topic: the queues as the notifications stack subscribes them, and for e-mail the inbox. */
export function subscriptions({
  topics,
  channels,
  queues,
  mailbox,
}: Wiring): Map<string, readonly Subscriber[]> {
  const hearing = (severity: Severity) =>
    [...queues].filter(([channel]) => channels[channel]?.includes(severity));
  const email: Subscriber = (notification) => mailbox.add(emailMessage(notification));
  return new Map<string, readonly Subscriber[]>([
    ...severities.flatMap((severity): [string, Subscriber[]][] => [
      [topics.messages[severity], hearing(severity).map(([, queue]) => into(queue))],
      [topics.email[severity], [email]],
    ]),
    [topics.heartbeat, [...queues.values()].map(into)],
  ]);
}

function into(queue: Queue): Subscriber {
  return (notification) => queue.send(JSON.stringify(notification));
}

function emailMessage(notification: SnsNotification): NewMessage {
  const { TopicArn, Subject = 'AWS Notification Message', Message } = notification;
  const { publishedAt, alertname, state } = publishedGroup(notification);
  const request = { url: TopicArn, body: { Subject, Message } };
  return { channel: 'email', publishedAt, alertname, state, request };
}
