import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { engine } from '../../local/engines.js';
import { accelerated, acceleratedDuration, acceleratedTimings } from '../../local/time-lapse.js';

const expr = (expression: string) =>
  `groups:\n  - name: g\n    rules:\n      - record: a:b\n        expr: ${expression}\n`;

const rules = `# kept: 5m
groups:
  - name: http # for: 10m
    interval: 30s
    rules:
      - record: job:errors:rate5m
        expr: |
          # the last [5m] only
          sum by (job) (rate(http_errors_total{window="5m"}[5m]))
            / (sum by (job) (rate(http_total[5m] offset 1m)) > 0)
      - alert: HttpErrorRateHigh
        expr: max_over_time(job:errors:rate5m[30m:1m]) > 0.05
        for: 2m
        keep_firing_for: 5m
        labels: { severity: critical, interval: 5m }
        annotations:
          summary: over 5% for 2m
`;

describe('accelerated', () => {
  test('scales rule timings and the durations of expressions, and keeps all other text', () => {
    const text = accelerated(rules, 10);

    expect(text).toBe(`# kept: 5m
groups:
  - name: http # for: 10m
    interval: 3s
    rules:
      - record: job:errors:rate5m
        expr: |
          # the last [5m] only
          sum by (job) (rate(http_errors_total{window="5m"}[30s]))
            / (sum by (job) (rate(http_total[30s] offset 6s)) > 0)
      - alert: HttpErrorRateHigh
        expr: max_over_time(job:errors:rate5m[3m:6s]) > 0.05
        for: 12s
        keep_firing_for: 30s
        labels: { severity: critical, interval: 5m }
        annotations:
          summary: over 5% for 2m
`);
  });

  test('is the same bytes at speed 1', () => {
    const odd = `groups:\r\n  - {name:  g,   interval: 0030s, rules: [{record: a, expr: 'x[5m]'}]}\r\n# end`;

    expect(accelerated(odd, 1)).toBe(odd);
  });

  test.each([
    [
      'a plain expression over two lines',
      'rate(x[5m])\n          > 1',
      'rate(x[30s])\n          > 1',
    ],
    [
      'a folded expression',
      '>-\n          rate(x[5m])\n          > 1',
      '>-\n          rate(x[30s])\n          > 1',
    ],
    ['a double-quoted expression', '"rate(x{a=\\"b[5m]\\"}[5m])"', '"rate(x{a=\\"b[5m]\\"}[30s])"'],
    ['a single-quoted expression', "'rate(x{a=\"it''s\"}[5m])'", '"rate(x{a=\\"it\'s\\"}[30s])"'],
    ['a compound duration', 'x offset 1h30m', 'x offset 9m'],
    ['a negative offset', 'x offset -5m', 'x offset -30s'],
    ['a subquery without a step', 'max_over_time(x[1h:])', 'max_over_time(x[6m:])'],
    ['a bare number of seconds', 'rate(x[300])', 'rate(x[30s])'],
    ['a duration under a second', 'rate(x[5s])', 'rate(x[500ms])'],
    [
      'numbers that are not durations',
      'predict_linear(x[6h], 4*3600) > 5',
      'predict_linear(x[36m], 4*3600) > 5',
    ],
    ['a duration used as a number', 'time() - x > 5m', 'time() - x > 5m'],
  ])('scales %s', (_, before, after) => {
    expect(accelerated(expr(before), 10)).toBe(expr(after));
  });

  test('writes what promtool accepts', async () => {
    const promtool = await engine('promtool');
    const folder = mkdtempSync(join(tmpdir(), 'time-lapse-'));
    const path = join(folder, 'rules.yaml');

    writeFileSync(path, accelerated(rules, 7));
    const printed = execFileSync(promtool, ['check', 'rules', path], { encoding: 'utf8' });

    rmSync(folder, { recursive: true });
    expect(printed).toContain('SUCCESS: 2 rules found');
  });
});

describe('acceleratedTimings', () => {
  test('scales timings at every depth and nothing else', () => {
    const configuration = {
      route: {
        group_wait: '15s',
        group_by: ['5m'],
        routes: [{ repeat_interval: '1h', match: '1h' }],
      },
      scrape_configs: [{ scrape_interval: '30s', sample_limit: 10 }],
    };

    expect(acceleratedTimings(configuration, 10)).toEqual({
      route: {
        group_wait: '1500ms',
        group_by: ['5m'],
        routes: [{ repeat_interval: '6m', match: '1h' }],
      },
      scrape_configs: [{ scrape_interval: '3s', sample_limit: 10 }],
    });
  });
});

describe('acceleratedDuration', () => {
  test('keeps the length of any duration up to rounding, and never makes it zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 2, max: 500 }),
        (ms, speed) => {
          const there = acceleratedDuration(`${ms}ms`, speed);
          const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(there) ?? [];

          const scaledMs = Number(count) * { ms: 1, s: 1e3, m: 60e3, h: 3600e3 }[unit as 'ms'];

          expect(scaledMs).toBe(Math.max(1, Math.round(ms / speed)));
        },
      ),
    );
  });
});
