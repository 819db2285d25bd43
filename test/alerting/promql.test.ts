import { promqlProblem } from '../../lib/alerting/promql';

describe('promqlProblem', () => {
  test.each([
    'up == 1',
    'sum by (job) (rate(x[5m])) # why\n/ sum by (job) (y)',
    'job:a:b > on (job) group_left () (14.4 * (1 - job:c:d))',
    'max_over_time(up{job=~"a|b"}[5m:30s] offset 1h)',
    '# why\nup # this\n> # that\n ( # low\n 1)',
  ])('takes %s', (expression) => {
    expect(promqlProblem(expression)).toBeUndefined();
  });

  test.each([
    ['', 'line 1, column 1: its end'],
    ['# only a comment', 'line 1, column 17: its end'],
    ['sum(up', 'line 1, column 7: its end'],
    ['sum(up))', "line 1, column 8: ')'"],
    ['sum(up)\n  / == 1', "line 2, column 5: '== 1'"],
    ['upper(up)', "line 1, column 6: '(up)'"],
    ['rate(x[5 minutes])', "line 1, column 10: 'minutes])'"],
    ['up{job=api}', "line 1, column 8: 'api}'"],
  ])('says where %j stops being PromQL', (expression, place) => {
    expect(promqlProblem(expression)).toBe(`stops being PromQL at ${place}`);
  });
});
