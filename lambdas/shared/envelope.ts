import type { SQSRecord } from 'aws-lambda';

/** What SNS carried, and where it came from. */
export interface Envelope {
  readonly topicArn: string;
  readonly text: string;
  /** When SNS took the message. */
  readonly publishedAt: Date;
}

/** A body that is no SNS notification is itself the text: whatever reached the queue may be an alert. */
export function envelopeOf(record: SQSRecord): Envelope {
  const notification = notificationIn(record.body);
  const publishedAt = new Date(notification?.Timestamp ?? Number.NaN);
  const isDated = !Number.isNaN(publishedAt.getTime());
  return {
    topicArn: notification?.TopicArn ?? record.eventSourceARN,
    text: notification?.Message ?? record.body,
    publishedAt: isDated ? publishedAt : new Date(Number(record.attributes.SentTimestamp)),
  };
}

interface Notification {
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function notificationIn(body: string): Notification | undefined {
  try {
    const { Type, TopicArn, Message, Timestamp } = JSON.parse(body) as Record<string, unknown>;
    if (Type !== 'Notification' || typeof TopicArn !== 'string') return undefined;
    return typeof Message === 'string'
      ? { TopicArn, Message, Timestamp: String(Timestamp) }
      : undefined;
  } catch {
    return undefined;
  }
}
