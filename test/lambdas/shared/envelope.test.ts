import { envelopeOf } from '../../../lambdas/shared/envelope.js';
import { sqsRecord } from '../../support/messages.js';

const body = (changes: object) =>
  JSON.stringify({ ...JSON.parse(sqsRecord('text').body), ...changes });

describe('envelopeOf', () => {
  test('opens an SNS notification', () => {
    expect(envelopeOf(sqsRecord('text'))).toEqual({
      topicArn: 'arn:aws:sns:eu-west-1:222222222222:prod-alerts-critical',
      text: 'text',
      publishedAt: new Date('2026-11-23T20:45:00.000Z'),
    });
  });

  test.each([
    ['text', 'Alerts Firing:'],
    ['nothing', ''],
    ['null', 'null'],
    ['other JSON', '{"Records":[]}'],
    ['a confirmation', body({ Type: 'SubscriptionConfirmation' })],
    ['a notification without a topic', body({ TopicArn: undefined })],
    ['a notification without a message', body({ Message: { a: 1 } })],
  ])('takes a body that is no notification for the text itself: %s', (_, text) => {
    expect(envelopeOf(sqsRecord('', { body: text }))).toEqual({
      topicArn: 'arn:aws:sqs:eu-west-1:222222222222:prod-slack',
      text,
      publishedAt: new Date(1_795_466_700_000),
    });
  });

  test('falls back on when the queue took it if the time is unreadable', () => {
    const record = sqsRecord('', { body: body({ Timestamp: 'soon' }) });

    expect(envelopeOf(record).publishedAt).toEqual(new Date(1_795_466_700_000));
  });
});
