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
    ['have not answered for 5 minutes.', '5m', '5 minutes'],
    ['for 120 s', '2m', '120 s'],
    ['for five minutes', '5m', 'five minutes'],
    ['for an hour, or 1 hour', '60m', '1 hour'],
  ])('finds in %j what says %s', (text, duration, words) => {
    expect(durationMention(text, duration)).toBe(words);
  });

  test.each([
    ['More than 5 % of it', '5s'],
    ['over the last 5 minutes', '2m'],
    ['of 5 instances', '5m'],
  ])('finds nothing in %j that says %s', (text, duration) => {
    expect(durationMention(text, duration)).toBeUndefined();
  });
});
