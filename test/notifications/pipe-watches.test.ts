import { byId, notificationsTemplate } from '../support/notifications';

const template = notificationsTemplate({ email: { critical: ['a@example.com'] } });
const alarms = byId(template, 'AWS::CloudWatch::Alarm');

const ofTopic = (name: string) => [
  { Name: 'TopicName', Value: { 'Fn::ImportValue': expect.stringContaining(name) } },
];

describe('heartbeatTopicWatch', () => {
  test('alarms when the Watchdog has not been published for 15 minutes', () => {
    expect(alarms.PipeHeartbeatAlarm).toMatchObject({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfMessagesPublished',
      Dimensions: ofTopic('Heartbeat'),
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });
});

describe('emailWatch', () => {
  test('alarms when an e-mail cannot be delivered', () => {
    expect(alarms.PipeCriticalEmailUndeliveredAlarm).toMatchObject({
      MetricName: 'NumberOfNotificationsFailed',
      Dimensions: ofTopic('CriticalEmail'),
      Statistic: 'Sum',
    });
  });

  test('leaves out the topics that nobody subscribes to', () => {
    expect(alarms).not.toHaveProperty('PipeInfoEmailUndeliveredAlarm');
  });
});

describe('lossWatch', () => {
  test.each([
    ['Heartbeat', 'Heartbeat'],
    ['Critical', 'CriticalMessages'],
    ['Warning', 'WarningMessages'],
  ])('alarms when SNS loses a message of the topic %s', (id, topic) => {
    expect(alarms[`Pipe${id}LostAlarm`]).toMatchObject({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailedToRedriveToDlq',
      Dimensions: ofTopic(topic),
      Statistic: 'Sum',
      Threshold: 0,
    });
  });
});

describe('workspaceWatches', () => {
  test.each([
    ['NotificationsFailed', 'AlertManagerNotificationsFailed', 6],
    ['NotificationsThrottled', 'AlertManagerNotificationsThrottled', 6],
    ['RuleEvaluationFailures', 'RuleEvaluationFailures', 6],
    ['RuleIterationsMissed', 'RuleGroupIterationsMissed', 6],
    ['SamplesDiscarded', 'DiscardedSamples', 3],
  ])('alarms on %s by a query that names no dimension', (id, metric, periods) => {
    const alarm = alarms[`Pipe${id}Alarm`];

    expect(alarm).toMatchObject({
      Threshold: 0,
      EvaluationPeriods: periods,
      TreatMissingData: 'notBreaching',
    });
    expect(alarm).not.toHaveProperty('Dimensions');
    expect(alarm?.Metrics).toEqual([
      {
        Id: expect.stringMatching(/^[a-z]\w*$/),
        Expression: `SELECT SUM(${metric}) FROM "AWS/Prometheus"`,
        Period: 300,
        ReturnData: true,
      },
    ]);
  });
});
