import { expectationOf } from '../../../local/breaks/expectation.js';
import type { LoadedRule } from '../../../local/prometheus-api.js';

const recorded = (name: string, query: string): LoadedRule => ({
  type: 'recording',
  name,
  query,
});

const alert = (name: string, query: string, labels: Record<string, string>): LoadedRule => ({
  type: 'alerting',
  name,
  query,
  labels,
  duration: 120,
  keepFiringFor: 300,
});

const critical = { severity: 'critical' };
const warning = { severity: 'warning' };
const MINUTE_MS = 60_000;
// A chain of rules, and what takes as long at any speed.
const ALLOWED_MS = 4 * MINUTE_MS + MINUTE_MS;

describe('expectationOf', () => {
  test.each([
    [critical, ['slack', 'pagerduty']],
    [warning, ['slack']],
  ])('knows who hears of %j', (labels, channels) => {
    const expected = expectationOf({ alert: 'Some' }, [alert('Some', 'up == 0', labels)], 1);

    expect(expected.channels).toEqual(channels);
  });

  test.each([
    ['critical', critical, 15_000, 2 * MINUTE_MS],
    ['warning', warning, MINUTE_MS, 10 * MINUTE_MS],
  ])('waits as long as the alert and the route of a %s take', (_, labels, wait, interval) => {
    const expected = expectationOf({ alert: 'Some' }, [alert('Some', 'up == 0', labels)], 1);

    expect(expected.firingMs).toBe(2 * MINUTE_MS + wait + ALLOWED_MS);
    expect(expected.resolveMs).toBe(5 * MINUTE_MS + interval + ALLOWED_MS);
  });

  test('shortens what a time-lapse shortens, but not what Prometheus has shortened', () => {
    const expected = expectationOf({ alert: 'Some' }, [alert('Some', 'up == 0', critical)], 10);

    expect(expected.firingMs).toBe(2 * MINUTE_MS + 1500 + 0.4 * MINUTE_MS + MINUTE_MS);
  });

  test.each([
    ['a window', 'rate(some_total[5m]) > 0', 5],
    ['an offset', 'some offset 1h > 0', 60],
    ['a window of a window', 'max_over_time(job:some:rate5m[10m]) > 0', 15],
    ['the longest of several', 'job:some:rate5m > 0 and job:other:rate30m > 0', 30],
    ['a rule that reads itself', 'job:loop:count > 0', 2],
  ])('waits for %s', (_, query, minutes) => {
    const rules = [
      recorded('job:some:rate5m', 'sum by (job) (rate(some_total[5m]))'),
      recorded('job:other:rate30m', 'sum by (job) (rate(some_total[30m]))'),
      recorded('job:loop:count', 'job:loop:count offset 2m'),
    ];

    const expected = expectationOf(
      { alert: 'Some' },
      [...rules, alert('Some', query, critical)],
      1,
    );

    expect(expected.firingMs).toBe((2 + minutes) * MINUTE_MS + 15_000 + ALLOWED_MS);
  });

  test('tells rules of one name apart by their labels, where a rule sets them', () => {
    const rules = [
      alert('Some', 'up == 0', { ...critical, limit: 'server' }),
      alert('Some', 'rate(some_total[5m]) > 0', { ...warning, limit: 'pool' }),
    ];

    const expected = expectationOf(
      { alert: 'Some', labels: { limit: 'pool', job: 'api' } },
      rules,
      1,
    );

    expect(expected.channels).toEqual(['slack']);
  });

  test('refuses an alert that no rule makes', () => {
    expect(() => expectationOf({ alert: 'Other' }, [], 1)).toThrow('no rule Other is loaded');
  });
});
