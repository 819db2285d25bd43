import { promqlTree } from '../../lib/alerting/promql-tree';
import { typeProblem } from '../../lib/alerting/promql-types';

const problem = (expression: string) => typeProblem(promqlTree(expression), expression);

describe('typeProblem', () => {
  test.each([
    '1 + 2 * time()',
    '1 == bool 2',
    'a + b offset 5m',
    'a + on () 1',
    '-a @ 1600000000 offset 1h',
    'rate(a[5m]) / on (job) group_left (pod) sum by (job) (b)',
    'max_over_time(rate(a[5m] offset 1h)[1h:1m] offset 1d)',
    'SUM(a) AND b UNLESS c',
    'topk by (job) (scalar(a), b)',
    'count_values("version", a)',
    'label_join(a, "b", "-")',
    'round(a)',
    'day_of_week()',
  ])('takes %s', (expression) => {
    expect(problem(expression)).toBeUndefined();
  });

  test.each([
    ['rate(a)', "rate takes a range vector, got an instant vector: 'a'"],
    ['sum(rate(a))', "rate takes a range vector, got an instant vector: 'a'"],
    ['sum(1)', "sum takes an instant vector, got a number: '1'"],
    ['quantile("a", b)', 'quantile takes a number, got a text: \'"a"\''],
    ['label_join(a, "b")', 'label_join takes 3 or more argument(s), got 2'],
    ['round(a, 1, 2)', 'round takes 1 or 2 argument(s), got 3'],
    ['clamp(a, 1)', 'clamp takes 3 argument(s), got 2'],
    ['mad_over_time(a[5m])', "'mad_over_time' is not a function of Prometheus 2.42"],
    ['limitk(1, a)', "'limitk' is not a function of Prometheus 2.42"],
  ])('says of the call %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test.each([
    ['a == "b"', "'==' takes an instant vector or a number, got a text: '\"b\"'"],
    ['-a[5m]', "'-' takes an instant vector or a number, got a range vector: 'a[5m]'"],
    ['1 == 1', "'==' between two numbers must be '== bool'"],
    ['a + bool 1', "bool is for comparisons, got '+'"],
    ['a and 1', "'and' takes an instant vector on each side"],
    ['a + on (b) 1', "'on (b)' takes an instant vector on each side of '+'"],
    ['a or on (b) group_left () c', "'or' takes no group_left and no group_right"],
    ['a * on (b) group_left (b) c', "'on (b) group_left (b)' names 'b' twice"],
  ])('says of the operator in %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test.each([
    ['rate(sum(a)[5m])', "[…] takes a selector, got 'sum(a)'"],
    ['rate(a offset 5m[5m])', "[…] takes a selector, got 'a offset 5m'"],
    ['max_over_time(a[5m][1h:])', "[…:…] takes an instant vector, got a range vector: 'a[5m]'"],
    ['sum(a) offset 5m', "offset takes a selector or a subquery, got 'sum(a)'"],
    ['(a) offset 5m', "offset takes a selector or a subquery, got '(a)'"],
    ['a + 1 offset 5m', "offset takes a selector or a subquery, got '1'"],
    ['a offset 5m offset 5m', "offset is there twice in 'a offset 5m offset 5m'"],
    ['sum(a) @ end()', "@ takes a selector or a subquery, got 'sum(a)'"],
  ])('says of what follows in %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test.each([
    ['a[5m]', 'is a range vector; a rule takes an instant vector or a number'],
    ['("a")', 'is a text; a rule takes an instant vector or a number'],
  ])('says of the value of %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test('cuts what it quotes', () => {
    const long = `rate(${Array(40).fill('a').join(' + ')})`;

    expect(problem(long)).toMatch(/: 'a \+ .{56}…'$/);
  });
});
