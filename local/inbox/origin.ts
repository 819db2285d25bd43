import { messageIn } from '../../lambdas/shared/alert-group.js';
import { alertName } from '../../lambdas/shared/group-summary.js';
import type { SnsNotification } from '../sns.js';
import type { Origin } from './mailbox.js';
import type { Service } from './services.js';

/** A publish, and the key under which the channels know its group. */
export interface PublishedGroup extends Origin {
  readonly key: string;
}

/** What a notification is about; the subject tells it where the text is for people. */
export function publishedGroup(notification: SnsNotification): PublishedGroup {
  const { Message: text, Subject = '', Timestamp: publishedAt, TopicArn: topicArn } = notification;
  const message = messageIn({ topicArn, text, publishedAt: new Date(publishedAt) });
  const { key } = message;
  if (message.readAs === 'json') {
    const alertname = alertName(message) ?? 'several alerts';
    return { key, publishedAt, alertname, state: message.status };
  }
  const [, status, alertname = 'unknown'] =
    /^\[(FIRING|RESOLVED)[^\]]*\](?: \S+ (\S+))?/.exec(Subject) ?? [];
  return { key, publishedAt, alertname, state: status === 'RESOLVED' ? 'resolved' : 'firing' };
}

/**
 * The publish that a channel's message tells. It can only be one of the batch that the function has in
 * its hands, at most five: PagerDuty's event has the group's key, Slack's message names alert and state.
 */
export function toldGroup(
  service: Service,
  body: string,
  batch: readonly PublishedGroup[],
): PublishedGroup | undefined {
  const isNamed = ({ alertname, key }: PublishedGroup) =>
    body.includes(service === 'slack' ? alertname : key);
  const isResolved =
    service === 'slack' ? !/\d firing/.test(body) : /"event_action": ?"resolve"/.test(body);
  const isSameState = ({ state }: PublishedGroup) => (state === 'resolved') === isResolved;
  return (
    batch.find((group) => isNamed(group) && isSameState(group)) ?? batch.find(isNamed) ?? batch[0]
  );
}
