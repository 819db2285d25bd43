import { expressionMutants } from './expression-mutants';

const mutantsOf = (expression: string, isValueRead = true) =>
  expressionMutants({ expression, isValueRead, labelsOfMetric: () => undefined }).map(
    (one) => one.expression,
  );

describe('expressionMutants', () => {
  test.each([
    ['a > 0.05', ['a >= 0.05', 'a < 0.05', 'a > 0.0625', 'a > 0.04']],
    ['a <= 100', ['a < 100', 'a > 100', 'a <= 125', 'a <= 80']],
    ['a == 0', ['a != 0', 'a == 1']],
    ['a != 1', ['a == 1', 'a != 2', 'a != 0']],
    ['a and on () b', ['a or on () b', 'a unless on () b', 'a']],
    ['a or b', ['a and b', 'a', 'b']],
    ['a unless on () b', ['a and on () b', 'a']],
    ['a / b', ['a * b']],
    ['a - on (x, y) b', ['a + on (x, y) b', 'a - on (y) b', 'a - on (x) b']],
    ['absent(a{b="c"})', ['absent(a{})', 'absent(a{b!="c"})']],
    ['a{b=~"c|d(e|f)"}', ['a{}', 'a{b!~"c|d(e|f)"}', 'a{b=~"d(e|f)"}', 'a{b=~"c"}']],
    ['rate(a[5m])', ['increase(a[5m])', 'rate(a[60s])', 'rate(a[900s])']],
    ['a offset 1h', ['a ', 'a offset 10800s']],
    [
      'min by (job, instance) (a)',
      ['max by (job, instance) (a)', 'min by (instance) (a)', 'min by (job) (a)'],
    ],
    ['min by (job) (a)', ['max by (job) (a)', 'min by () (a)', 'min by (job, instance) (a)']],
    [
      'sum by (x) (label_replace(sum by (job) (a), "x", "", "job", ""))',
      [
        'max by (x) (label_replace(sum by (job) (a), "x", "", "job", ""))',
        'avg by (x) (label_replace(sum by (job) (a), "x", "", "job", ""))',
        'sum by () (label_replace(sum by (job) (a), "x", "", "job", ""))',
        'sum by (x, job) (label_replace(sum by (job) (a), "x", "", "job", ""))',
        'sum by (x) (label_replace(max by (job) (a), "x", "", "job", ""))',
        'sum by (x) (label_replace(avg by (job) (a), "x", "", "job", ""))',
        'sum by (x) (label_replace(sum by () (a), "x", "", "job", ""))',
      ],
    ],
    [
      'sum(max(a))',
      [
        'avg(max(a))',
        'max(max(a))',
        'sum(min(a))',
        'sum(max by (instance) (a))',
        'sum(max by (job) (a))',
      ],
    ],
    ['max(a)', ['min(a)', 'max by (job) (a)', 'max by (instance) (a)']],
    [
      'max_over_time(a[1h:5m])',
      ['min_over_time(a[1h:5m])', 'max_over_time(a[720s:5m])', 'max_over_time(a[10800s:5m])'],
    ],
  ])('changes %s', (expression, mutants) => {
    expect(mutantsOf(expression).sort()).toEqual(mutants.sort());
  });

  test.each([
    ['the operator of what is counted', 'count by (job, instance) (max(a))', /min\(/],
    ['the operator of what becomes 0', 'max by (job, instance) (a) * 0', /^min/],
    ['labels of what is only matched without them', 'a and on () max(b)', /by \(/],
    ['the operator of what is only matched', 'a and on () max by (job, instance) (b)', / min /],
  ])('leaves alone %s, which nothing reads', (_, expression, change) => {
    expect(mutantsOf(expression).filter((mutant) => change.test(mutant))).toEqual([]);
  });

  test('leaves alone the value of an alert that nobody prints', () => {
    expect(mutantsOf('vector(1)', false)).toEqual([]);
    expect(mutantsOf('sum(a) unless b', false).some((one) => /^avg/.test(one))).toBe(false);
    expect(mutantsOf('label_replace(vector(1), "x", "", "", "")', false)).toEqual([]);
    expect(mutantsOf('vector(1)', true)).toEqual(['vector(2)', 'vector(0)']);
  });

  test('adds no label that the series do not have', () => {
    const labelsOfMetric = () => new Set(['job', 'route']);

    const mutants = expressionMutants({ expression: 'max(a)', isValueRead: true, labelsOfMetric });

    expect(mutants.map(({ expression }) => expression)).toEqual(['min(a)', 'max by (job) (a)']);
  });

  test('says what was changed', () => {
    const changes = expressionMutants({
      expression: 'max by (job, instance) (a{b="c"}) > 5',
      isValueRead: true,
      labelsOfMetric: () => undefined,
    }).map(({ change }) => change);

    expect(changes).toEqual([
      "'> 5' → '>= 5'",
      "'> 5' → '< 5'",
      `min of 'max by (job, instance) (a{b="c"})'`,
      `by (instance) of 'max by (job, instance) (a{b="c"})'`,
      `by (job) of 'max by (job, instance) (a{b="c"})'`,
      'without b="c"',
      '!= in b="c"',
      "'> 5' → '> 6.25'",
      "'> 5' → '> 4'",
    ]);
  });
});
