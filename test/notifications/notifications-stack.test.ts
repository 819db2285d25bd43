import { Match } from 'aws-cdk-lib/assertions';
import { byId, notificationsTemplate } from '../support/notifications';

describe('NotificationsStack', () => {
  test('deploys a queue, a function and a secret per channel that the environment names', () => {
    const both = notificationsTemplate();
    const one = notificationsTemplate({ channels: { slack: ['critical'] } });

    both.resourceCountIs('AWS::Lambda::Function', 2);
    one.resourceCountIs('AWS::Lambda::Function', 1);
    one.resourceCountIs('AWS::SecretsManager::Secret', 1);
    // The queue, its dead-letter queue, and a redrive queue for each of two subscriptions.
    one.resourceCountIs('AWS::SQS::Queue', 4);
  });

  test('lets each channel hear its severities and the Watchdog', () => {
    const template = notificationsTemplate({
      channels: { slack: ['critical', 'info'], pagerduty: ['critical'] },
      email: {},
    });

    const subscriptions = Object.keys(byId(template, 'AWS::SNS::Subscription'));

    expect(subscriptions.filter((id) => id.endsWith('Subscription'))).toEqual([
      'SlackCriticalSubscription',
      'SlackInfoSubscription',
      'SlackHeartbeatSubscription',
      'PagerdutyCriticalSubscription',
      'PagerdutyHeartbeatSubscription',
    ]);
  });

  test('mails alerts to their recipients and broken alerting to the operators', () => {
    const template = notificationsTemplate({
      email: { warning: ['a@example.com', 'b@example.com'] },
      operators: ['c@example.com'],
    });

    const mails = Object.values(byId(template, 'AWS::SNS::Subscription'))
      .filter(({ Protocol }) => Protocol === 'email')
      .map(({ Endpoint, TopicArn }) => [Endpoint, JSON.stringify(TopicArn)]);

    expect(mails).toEqual([
      ['a@example.com', expect.stringContaining('WarningEmail')],
      ['b@example.com', expect.stringContaining('WarningEmail')],
      ['c@example.com', expect.stringContaining('Operations')],
    ]);
  });

  test('works with e-mail alone', () => {
    const template = notificationsTemplate({ channels: {} });

    template.resourceCountIs('AWS::Lambda::Function', 0);
    expect(byId(template, 'AWS::CloudWatch::Alarm')).toHaveProperty('PipeHeartbeatAlarm');
    expect(byId(template, 'AWS::CloudWatch::Alarm')).not.toHaveProperty(
      'PipeHandlerHeartbeatAlarm',
    );
  });

  test('keeps the key as long as the secrets that it encrypts', () => {
    notificationsTemplate().hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({ EnableKeyRotation: true }),
    });
  });

  test('tells the operators when an alarm starts, when it is over, and what to do', () => {
    const alarms = Object.values(byId(notificationsTemplate(), 'AWS::CloudWatch::Alarm'));

    const operators = [{ Ref: expect.stringMatching(/^Operations/) }];

    expect(alarms).not.toHaveLength(0);
    expect(alarms).toEqual(
      alarms.map(() =>
        expect.objectContaining({
          AlarmActions: operators,
          OKActions: operators,
          // Two sentences: what has happened, and what to do.
          AlarmDescription: expect.stringMatching(/^\S.+[.,:].+[.?]$/),
        }),
      ),
    );
  });
});
