import { labelsOfExpression } from '../../lib/alerting/promql-labels';

const known: Readonly<Record<string, ReadonlySet<string>>> = {
  a: new Set(['job', 'instance', 'x']),
  b: new Set(['job', 'le']),
};

const labels = (expression: string) => {
  const found = labelsOfExpression(expression, (metric) => known[metric]);
  return found && [...found].sort().join(' ');
};

describe('labelsOfExpression', () => {
  test.each([
    ['a', 'instance job x'],
    ['a offset 1h > 5', 'instance job x'],
    ['-a', 'instance job x'],
    ['5', ''],
    ['vector(1)', ''],
    ['time()', ''],
    ['5 * (a + 1)', 'instance job x'],
    ['sum(a)', ''],
    ['sum by (job, y) (a)', 'job'],
    ['sum by (job, y) (unknown)', 'job y'],
    ['sum without (x) (a)', 'instance job'],
    ['topk(3, a)', 'instance job x'],
    ['count_values by (job) ("version", a)', 'job version'],
    ['rate(a[5m])', 'instance job x'],
    ['max_over_time(rate(a[5m])[1h:1m])', 'instance job x'],
    ['histogram_quantile(0.9, b)', 'job'],
    ['label_replace(b, "y", "$1", "le", "(.*)")', 'job le y'],
    ['label_join(b, "y", "-", "le")', 'job le y'],
    ['absent(a{job="j",x=~"1"})', 'job'],
    ['absent(sum(a))', ''],
    ['a and on (job) b', 'instance job x'],
    ['a unless b', 'instance job x'],
    ['a or on (job) b', 'instance job le x'],
    ['a / on (job) b', 'job'],
    ['a / ignoring (x) b', 'instance job'],
    ['a * on (job) group_left (le) b', 'instance job le x'],
    ['b * on (job) group_right (y) a', 'instance job x y'],
  ])('%s has %j', (expression, expected) => {
    expect(labels(expression)).toBe(expected);
  });

  test.each(['unknown', '{x="1"}', 'a or unknown', 'sum without (x) (unknown)'])(
    '%s may have any',
    (expression) => {
      expect(labels(expression)).toBeUndefined();
    },
  );
});
