import { byId, notificationsTemplate } from '../support/notifications';

const alarms = byId(notificationsTemplate(), 'AWS::CloudWatch::Alarm');

const dimension = (name: string, value: unknown) => ({ Name: name, Value: value });
const ofQueue = (queue: string) => [
  dimension('QueueName', {
    'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${queue}[0-9A-F]{8}$`)), 'QueueName'],
  }),
];
const ofHandler = (...more: object[]) =>
  expect.arrayContaining([
    dimension('Environment', 'prod'),
    dimension('Channel', 'slack'),
    ...more,
  ]);
const ofFunction = [dimension('FunctionName', { Ref: expect.stringMatching(/^SlackFunction/) })];

/** A single occurrence within half an hour alarms, and silence is no alarm. */
const atOnce = {
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 6,
  DatapointsToAlarm: 1,
  TreatMissingData: 'notBreaching',
};

const lying = {
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateNumberOfMessagesVisible',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
};

const ours = { Namespace: 'Spheroseg/Alerting' };

describe('channelWatches', () => {
  test.each<[string, object]>([
    ['DeadLetters', { ...lying, Dimensions: ofQueue('SlackDeadLetters') }],
    ['CriticalRedrive', { ...lying, Dimensions: ofQueue('SlackCriticalRedrive') }],
    ['HeartbeatRedrive', { ...lying, Dimensions: ofQueue('SlackHeartbeatRedrive') }],
    [
      'Waiting',
      {
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: ofQueue('SlackQueue'),
        Threshold: 120,
        Period: 60,
        EvaluationPeriods: 3,
      },
    ],
    ['Errors', { ...atOnce, MetricName: 'Errors', Dimensions: ofFunction }],
    ['Throttles', { ...atOnce, MetricName: 'Throttles', Dimensions: ofFunction }],
    [
      'Unauthorized',
      {
        ...atOnce,
        ...ours,
        MetricName: 'Failed',
        Dimensions: ofHandler(dimension('Reason', 'auth')),
      },
    ],
    [
      'Refused',
      {
        ...atOnce,
        ...ours,
        MetricName: 'Failed',
        Dimensions: ofHandler(dimension('Reason', 'client')),
      },
    ],
    ['NotConfigured', { ...atOnce, ...ours, MetricName: 'NotConfigured', Dimensions: ofHandler() }],
    ['Unreadable', { ...atOnce, ...ours, MetricName: 'Unreadable', Dimensions: ofHandler() }],
  ])('alarms on %s', (id, properties) => {
    expect(alarms[`Slack${id}Alarm`]).toMatchObject(properties);
  });

  test('alarms when a queue has not been empty for 15 minutes, retries included', () => {
    const alarm = alarms.SlackStuckAlarm;

    expect(alarm).toMatchObject({ EvaluationPeriods: 15, Threshold: 0.9 });
    expect(alarm?.Metrics).toEqual([
      expect.objectContaining({ Expression: 'waiting + inFlight', ReturnData: true }),
      ...['Visible', 'NotVisible'].map((kind) =>
        expect.objectContaining({
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/SQS',
              MetricName: `ApproximateNumberOfMessages${kind}`,
              Dimensions: ofQueue('SlackQueue'),
            },
            Period: 60,
            Stat: 'Average',
          },
        }),
      ),
    ]);
  });

  test('names the dimensions of our metrics as the handlers do, and no others', () => {
    const named = [alarms.SlackNotConfiguredAlarm, alarms.SlackRefusedAlarm].map((alarm) =>
      ((alarm?.Dimensions ?? []) as { Name: string }[]).map(({ Name }) => Name).sort(),
    );

    expect(named).toEqual([
      ['Channel', 'Environment'],
      ['Channel', 'Environment', 'Reason'],
    ]);
  });
});

describe('the heartbeat of a channel', () => {
  test('alarms when the Watchdog has not reached the handler for 15 minutes', () => {
    expect(alarms.SlackHeartbeatAlarm).toMatchObject({
      ...ours,
      MetricName: 'Heartbeat',
      Dimensions: ofHandler(),
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
    });
  });
});
