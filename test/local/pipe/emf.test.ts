import { emfCounts } from '../../../local/emf';

const line = (directives: object[], fields: object) =>
  JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: directives }, ...fields });

const directive = (Dimensions: string[][], ...names: string[]) => ({
  Namespace: 'Spheroseg/Alerting',
  Dimensions,
  Metrics: names.map((Name) => ({ Name, Unit: 'Count' })),
});

const common = { Environment: 'local', Channel: 'slack' };

describe('emfCounts', () => {
  test('counts each metric of a line once', () => {
    const text = line([directive([['Environment', 'Channel']], 'Received', 'Delivered')], {
      ...common,
      Received: 1,
      Delivered: [1, 2],
    });

    expect(emfCounts(text)).toEqual({ Received: 1, Delivered: 3 });
  });

  test('tells a metric apart by its further dimensions', () => {
    const directives = [
      directive([['Environment', 'Channel']], 'Failed'),
      directive([['Environment', 'Channel', 'Reason']], 'Failed'),
    ];

    const counts = emfCounts(line(directives, { ...common, Reason: 'rateLimited', Failed: 1 }));

    expect(counts).toEqual({ Failed: 1, 'Failed rateLimited': 1 });
  });

  test.each([
    'a line of text',
    '{"level":"info"}',
    line([{ Namespace: 'x', Metrics: [{ Name: 'Received' }] }], { Received: 1 }),
  ])('finds no metric in %s', (text) => {
    expect(emfCounts(text)).toBeUndefined();
  });
});
