import { durationMention, thresholdMention } from '../../lib/alerting/number-mentions';

describe('thresholdMention', () => {
  test.each([
    ['More than 5 % of the requests', 0.05, '5 %'],
    ['More than 5% of the requests', 0.05, '5%'],
    ['Less than 15 percent is free', 0.15, '15 percent'],
    ['More than 85 % is used', 0.15, '85 %'],
    ['Above 80 % for an hour', 80, '80 %'],
    ['lags by more than 5 seconds', 5, '5 seconds'],
    ['slower than 2s.', 2, '2s'],
    ['more than 1,000 tasks', 1000, '1,000'],
    ['slower than 500 ms', 0.5, '500 ms'],
    ['older than 2 hours', 7200, '2 hours'],
    ['above 0.95 of the pool', 0.95, '0.95'],
    ['more than 2 GB', 2e9, '2 GB'],
    ['more than one request in five seconds', 0.2, 'five seconds'],
    ['Two of them, or 30 %', 0.3, '30 %'],
    ['more than 512 MiB', 512 * 1024 ** 2, '512 MiB'],
  ])('finds in %j what says %p', (text, threshold, words) => {
    expect(thresholdMention(text, threshold)).toBe(words);
  });

  test.each([
    ['over the last 5 minutes', 5],
    ['{{ printf "%.5f" $value }} of {{ $labels.job }}', 5],
    ['a 5xx status', 5],
    ['{{ printf "%s" 5 }} of it', 5],
    ['p95 of v0.05', 0.95],
    ['often in one of them, in twenty, or in fiveteen', 1],
    ['More than 5 % fail', 0.1],
    ['no number', 1],
  ])('finds nothing in %j that says %p', (text, threshold) => {
    expect(thresholdMention(text, threshold)).toBeUndefined();
  });
});

describe('durationMention', () => {
  test.each([
    ['have not answered for 5 minutes.', '5m', 'up == 0', '5 minutes'],
    ['for 120 s', '2m', 'up == 0', '120 s'],
    ['for five minutes', '5m', 'a:b:rate5m == 0', 'five minutes'],
    ['for an hour, or 1 hour', '60m', 'up == 0', '1 hour'],
    ['none for 15 minutes', '10m', 'a:b:rate5m == 0', '15 minutes'],
    ['none for 15 minutes', '10m', 'rate(a[5m]) == 0', '15 minutes'],
  ])('finds in %j what says %s beside %s', (text, duration, expression, words) => {
    expect(durationMention(text, duration, expression)).toBe(words);
  });

  test.each([
    ['More than 5 % of it', '5s', 'up == 0'],
    ['over the last 5 minutes', '2m', 'a:b:rate5m > 1'],
    ['over the last 90 minutes', '2m', 'rate(a[1h30m]) > 1'],
    ['full within 4 hours', '2m', 'predict_linear(a[6h], 4 * 3600) < 0'],
    ['of the budget of 30 days', '2m', 'a:b:rate5m > 1'],
    ['one in five seconds', '5m', 'a:b:rate5m > 1'],
    ['slower than 200 seconds', '2m', 'a:b:p95_rate5m > 200'],
    ['of 5 instances', '5m', 'up == 0'],
  ])('finds nothing in %j that says %s beside %s', (text, duration, expression) => {
    expect(durationMention(text, duration, expression)).toBeUndefined();
  });
});
