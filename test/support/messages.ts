import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSRecord } from 'aws-lambda';
import { type AlertGroup, type Message, messageIn } from '../../lambdas/shared/alert-group.js';

const topicArn = 'arn:aws:sns:eu-west-1:222222222222:prod-alerts-critical';

/** What the real Alertmanager wrote with our template, by the name of the captured case. */
export function captured(name: string): string {
  return readFileSync(join(__dirname, `../fixtures/messages/${name}.txt`), 'utf8');
}

/** A text as the functions read it. */
export function read(text: string): Message {
  return messageIn({ topicArn, text, publishedAt: new Date() });
}

/** A captured group, with changes. */
export function group(name: string, changes: object = {}): AlertGroup {
  return read(JSON.stringify({ ...JSON.parse(captured(name)), ...changes })) as AlertGroup;
}

/** The text in an SNS notification, in a record of its own queue. */
export function sqsRecord(text: string, changes: Partial<SQSRecord> = {}): SQSRecord {
  const notification = {
    Type: 'Notification',
    MessageId: 'b1a9',
    TopicArn: topicArn,
    Subject: '[FIRING]',
    Message: text,
    Timestamp: '2026-11-23T20:45:00.000Z',
  };
  return {
    messageId: 'm1',
    receiptHandle: 'receipt-of-m1',
    body: JSON.stringify(notification),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795466700000',
      SenderId: 'sns',
      ApproximateFirstReceiveTimestamp: '1795466700001',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:222222222222:prod-slack',
    awsRegion: 'eu-west-1',
    ...changes,
  };
}

/** The context of a function that has so much time left. */
export function withTimeLeft(ms: number) {
  return { getRemainingTimeInMillis: () => ms };
}
