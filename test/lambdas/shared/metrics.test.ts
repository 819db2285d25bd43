import { embeddedMetrics } from '../../../lambdas/shared/metrics.js';

describe('embeddedMetrics', () => {
  test('counts a failure in all and by reason', () => {
    const line = embeddedMetrics(
      { environment: 'prod', channel: 'slack', metrics: ['Received', 'Failed'], reason: 'server' },
      1_795_466_700_000,
    );

    const count = (Name: string) => ({ Name, Unit: 'Count' });
    expect(line).toEqual({
      _aws: {
        Timestamp: 1_795_466_700_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Spheroseg/Alerting',
            Dimensions: [['Environment', 'Channel']],
            Metrics: [count('Received'), count('Failed')],
          },
          {
            Namespace: 'Spheroseg/Alerting',
            Dimensions: [['Environment', 'Channel', 'Reason']],
            Metrics: [count('Failed')],
          },
        ],
      },
      Environment: 'prod',
      Channel: 'slack',
      Reason: 'server',
      Received: 1,
      Failed: 1,
    });
  });

  test('names no reason when nothing failed', () => {
    const line = embeddedMetrics(
      { environment: 'prod', channel: 'slack', metrics: ['Received', 'Delivered'] },
      0,
    );

    expect(line).not.toHaveProperty('Reason');
    expect(line).toHaveProperty('_aws.CloudWatchMetrics.length', 1);
  });
});
