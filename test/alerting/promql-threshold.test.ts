import { thresholdOf } from '../../lib/alerting/promql-threshold';

describe('thresholdOf', () => {
  test.each([
    ['up > 5', 5, '5'],
    ['up >= -0.5', -0.5, '-0.5'],
    ['up < 1e3', 1000, '1e3'],
    ['0.05 < up', 0.05, '0.05'],
    ['((up)) <= ((2))', 2, '2'],
    ['(up > 3)', 3, '3'],
    ['up > 0.05 and on (job) requests > 7', 0.05, '0.05'],
    ['(up > 4 and requests > 7) unless on () paused == 1', 4, '4'],
    ['sum(up > 1) > 2', 2, '2'],
    ['(a - on (job) (b > 0)) > 9', 9, '9'],
    ['# 1\nup # > 2\n> # 3\n 4 # 5', 4, '4'],
    ['up{le="9"} > 5 and up > 5', 5, '5'],
    ['a < 7 and on (x) b offset 1h > 0', 7, '7'],
    ['a < 7 and on (x) b @ 60 offset 1h > 0', 7, '7'],
    ['a < 7 unless -b offset 1h', 7, '7'],
    ['a + b # 1\n offset 5m > 7', 7, '7'],
    ['a offset 1h > 7', 7, '7'],
  ])('finds the one of %j', (expression, value, text) => {
    const found = thresholdOf(expression);

    expect(found).toMatchObject({ value });
    expect(typeof found === 'object' && expression.slice(found.from, found.to)).toBe(text);
  });

  test('points at the number that counts where the same one stands elsewhere', () => {
    expect(thresholdOf('sum(a > 5) > 5')).toMatchObject({ from: 13, to: 14 });
  });

  test.each([
    ['up > 5', '>'],
    ['up <= 5', '<='],
    ['5 > up', '<'],
    ['5 <= (up)', '>='],
  ])('says how %j compares', (expression, operator) => {
    expect(thresholdOf(expression)).toMatchObject({ operator });
  });

  test('names the series where a plain one is compared', () => {
    expect(thresholdOf('job:errors:ratio > 0.05')).toMatchObject({ series: 'job:errors:ratio' });
    expect(thresholdOf('rate(errors[5m]) > 0.05')).not.toHaveProperty('series');
  });

  test.each([
    ['vector(1)', 'compares with no plain number'],
    ['up', 'compares with no plain number'],
    ['a > b', 'compares with no plain number'],
    ['a > 5 * 1024', 'compares with no plain number'],
    ['a + 5', 'compares with no plain number'],
    ['a unless (b > 0)', 'compares with no plain number'],
    ['a and on (x) b offset 1h > 0', 'compares with no plain number'],
    ['a > bool 5', "compares with 'bool', which always fires"],
    ['a == 0', 'asks for one value, which is no threshold'],
    ['a != 0', 'asks for one value, which is no threshold'],
    ['a > 1 or b > 2', "has one on each side of 'or'"],
    ['(a > 1 or b > 2) and c', "has one on each side of 'or'"],
    ['a > 1 < 5', 'compares with more than one number'],
    ['1 < (a < 5)', 'compares with more than one number'],
    ['', 'compares with no plain number'],
  ])('finds none in %j', (expression, reason) => {
    expect(thresholdOf(expression)).toBe(reason);
  });
});
