import { literalProblem } from '../../lib/alerting/promql-literals';
import { promqlTree } from '../../lib/alerting/promql-tree';

const problem = (expression: string) => literalProblem(promqlTree(expression), expression);

describe('literalProblem', () => {
  test.each([
    'a > 0x1f + 1.5e3 - .5 * Inf',
    'a offset - 1h30m',
    'a[1h:5m]',
    'a{b=~"c\\\\d|\\"e",f=~`\\d`}',
    "label_replace(a, 'b', '$1\\n\\x41\\u0041', 'c', '(.*)')",
    '{a=~".+"}',
    '{a=~".*",b!=""}',
    'a{b=""}',
  ])('takes %s', (expression) => {
    expect(problem(expression)).toBeUndefined();
  });

  test.each([
    ['a[0s]', "'0s' must be more than nothing"],
    ['a[300y]', "'300y' is not a duration such as 5m"],
    ['a[300]', "'300' is not a duration such as 5m"],
    ['a offset 300', "'300' is not a duration such as 5m"],
    ['a > 5m', "'5m' is not a number of Prometheus 2.42"],
    ['a > 1_000', "'1_000' is not a number of Prometheus 2.42"],
    ['a > 1e999', "'1e999' is not a number of Prometheus 2.42"],
    ['a{b="c\\d"}', "'\\d' is no escape of PromQL in \"c\\d\"; write '\\\\d'"],
    ["a{b='\\\"'}", "'\\\"' is no escape of PromQL in '\\\"'; write '\\\\\"'"],
  ])('refuses the literal in %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test.each([
    ['a{b=~"("}', "'(' is no regular expression"],
    ['a{b!~`(`}', "'(' is no regular expression"],
    ['{}', "'{}' selects every series; name a metric"],
    ['{a!="b",c=~"d?"}', '\'{a!="b",c=~"d?"}\' selects every series; name a metric'],
    ['a{__name__="b"}', '\'a{__name__="b"}\' names its metric twice'],
  ])('refuses the selector %s', (expression, expected) => {
    expect(problem(expression)).toBe(expected);
  });

  test.each([
    ['{"a.b"}', '"a.b"'],
    ['a{"b.c"="d"}', '"b.c"="d"'],
    ['sum by ("a.b") (c)', '"a.b"'],
    ['a + fill(0) b', 'fill(0)'],
    ['a </ 5', '</'],
    ['rate(a[5m] smoothed)', 'smoothed'],
    ['rate(a[5m] anchored)', 'anchored'],
    ['a[5m * 2]', '5m * 2'],
    ['a offset (5m)', '(5m)'],
  ])('refuses %s, which came later', (expression, text) => {
    expect(problem(expression)).toBe(`'${text}' is not in Prometheus 2.42`);
  });
});
