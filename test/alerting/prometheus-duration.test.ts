import { durationSeconds } from '../../lib/alerting/prometheus-duration';

describe('durationSeconds', () => {
  test.each([
    ['30s', 30],
    ['1h30m', 5400],
    ['1y1w1d1h1m1s500ms', 31_536_000 + 604_800 + 86_400 + 3600 + 60 + 1.5],
    ['292y', 292 * 31_536_000],
    ['0', 0],
    ['0s', 0],
  ])('reads %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test.each(['', '5', '5 m', '1m1h', '-5m', '1.5h', '5M', 'm', '293y'])('refuses %j', (text) => {
    expect(durationSeconds(text)).toBeUndefined();
  });
});
