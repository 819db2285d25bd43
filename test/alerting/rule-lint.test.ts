import { join } from 'node:path';
import { environments } from '../../bin/environments';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { foundRuleFiles } from '../../lib/alerting/rule-files';
import { conventions, ruleLint } from '../../lib/alerting/rule-lint';

const annotations = `
          runbook: x.md#x
          summary: s`;

const file = (rules: string) => [
  { name: 'x', path: 'rules/x.yaml', text: `groups:\n  - name: x\n    rules:\n${rules}` },
];

const alert = (expr: string, more = 'for: 2m', texts = annotations) =>
  file(`      - alert: X
        expr: ${JSON.stringify(expr)}
        ${more}
        annotations:${texts}
`);

const record = (expr: string) =>
  file(`      - record: a:b:c
        expr: ${JSON.stringify(expr)}
`);

const records = (...exprs: readonly string[]) =>
  file(
    exprs
      .map((expr, index) => `      - { record: "l:r${index}:op", expr: ${JSON.stringify(expr)} }`)
      .join('\n'),
  );

const says = (text: string) => `
          runbook: x.md#x
          summary: ${JSON.stringify(text)}`;

const critical = (timing: string) => `${timing}
        labels: { severity: critical }`;

const breaches = (files: ReturnType<typeof file>) => ruleLint(files).map(({ message }) => message);

// Each convention: what breaks it, in which words it says so, and the nearest thing that does not.
const cases: readonly [string, ReturnType<typeof file>, string, ReturnType<typeof file>][] = [
  [
    'runbook-heading',
    alert('up == 0', '', '\n          runbook: x.md#y'),
    "alert X: runbook must name the heading '#x', got '#y'",
    alert('up == 0', ''),
  ],
  [
    'critical-waits',
    alert('up == 0', critical('for: 0s')),
    'wakes somebody for a moment',
    alert('up == 0', critical('keep_firing_for: 2m')),
  ],
  [
    'for-spans-scrapes',
    alert('up == 0', 'for: 45s'),
    'for must span two scrapes, 60s, or be left out, got 45s',
    alert('up == 0', 'for: 1m'),
  ],
  [
    'absent-waits',
    alert('absent(up)', 'labels: {}'),
    'give the alert a for of some minutes',
    alert('absent(up)'),
  ],
  [
    'alert-compares',
    alert('sum(up)'),
    'compares nothing, so it fires while its series exist',
    alert('vector(1)'),
  ],
  [
    'value-in-label',
    alert('up == 0', 'labels: { a: "{{ $value }}" }'),
    'label a changes with the value',
    alert('up == 0', 'labels: { a: "{{ $labels.job }}" }'),
  ],
  [
    'label-survives',
    alert('sum by (job) (up) == 0', 'for: 2m', says('{{ $labels.instance }} is down')),
    'summary prints $labels.instance, which the expression drops; it keeps job',
    alert('sum by (job) (up) == 0', 'for: 2m', says('{{ $labels.job }} is down')),
  ],
  [
    'value-has-unit',
    alert('pg_replication_lag_seconds > 5', 'for: 2m', says('{{ $value | humanizePercentage }}')),
    'summary prints by humanizePercentage, which is for a ratio, got seconds',
    alert('pg_replication_lag_seconds > 5', 'for: 2m', says('{{ $value | humanizeDuration }}')),
  ],
  [
    'no-topk',
    alert('topk(3, up) == 0'),
    'topk names others at each evaluation',
    record('topk(3, up)'),
  ],
  [
    'no-irate',
    record('irate(node_cpu_seconds_total[5m])'),
    'irate sees two samples and forgets the rest; use rate',
    record('rate(node_cpu_seconds_total[5m])'),
  ],
  [
    'range-spans-scrapes',
    record('rate(node_cpu_seconds_total[1m])'),
    '[1m] must span four scrapes, 2m',
    record('rate(node_cpu_seconds_total[2m])'),
  ],
  [
    'division-guarded',
    record('sum(up) / count(up)'),
    "divides by 'count(up)', which may be 0; write (count(up) > 0)",
    record('sum(up) / (count(up) > 0) / 100'),
  ],
  [
    'matching-explicit',
    alert('absent(pg_up{job="a"}) and absent(up)'),
    "'and' has {job} on its left and {} on its right; write on (…) or ignoring (…)",
    alert('absent(pg_up{job="a"}) and on () absent(up)'),
  ],
  [
    'no-or-of-functions',
    alert('changes(up[5m]) > 0 or resets(node_cpu_seconds_total[5m]) > 0'),
    "'or' between two functions: they drop the names",
    alert('changes(up[5m]) + on (job) resets(node_cpu_seconds_total[5m]) > 0'),
  ],
  [
    'no-name-pattern',
    record('count({__name__=~"node_.+"})'),
    '\'__name__=~"node_.+"\' reads metrics that nobody listed; name them',
    record('count(up)'),
  ],
  [
    'no-leading-wildcard',
    record('count(up{instance=~".*:9100"})'),
    'reads every value of the label; begin with what is known',
    record('count(up{instance=~"db.*"})'),
  ],
  [
    'metric-known',
    record('count(node_load)'),
    "nothing exposes 'node_load'; did you mean 'node_load1'",
    record('count(node_load1)'),
  ],
  [
    'record-known',
    records('sum(up)', 'l:rO:op * 2'),
    "no rule records 'l:rO:op'; did you mean 'l:r0:op'",
    records('sum(up)', 'l:r0:op * 2'),
  ],
  [
    'label-known',
    record('count(up{host="a"})'),
    "'up' has no label 'host'; it has instance, job",
    record('count(up{instance="a"})'),
  ],
  [
    'rate-of-counter',
    record('rate(node_load1[5m])'),
    "rate is for counters, and 'node_load1' is a gauge",
    record('deriv(node_load1[5m])'),
  ],
  [
    'no-bare-counter',
    record('sum(node_cpu_seconds_total)'),
    "'node_cpu_seconds_total' is a counter, whose value begins anew at each restart",
    record('count(node_cpu_seconds_total)'),
  ],
  [
    'no-average-of-ratios',
    file(`      - { record: 'l:a:ratio', expr: 'sum(up) / (count(up) > 0)' }
      - { record: 'l:b:avg', expr: 'avg(l:a:ratio)' }`),
    "avg of 'l:a:ratio' weighs ratios alike",
    file(`      - { record: 'l:a:ratio', expr: 'sum(up) / (count(up) > 0)' }
      - { record: 'l:b:max', expr: 'max(l:a:ratio)' }`),
  ],
  [
    'recorded-before',
    records('l:r1:op', 'sum(up)'),
    "reads 'l:r1:op' before it is recorded; move it below",
    records('sum(up)', 'l:r0:op'),
  ],
  [
    'no-cycle',
    records('l:r1:op', 'l:r0:op'),
    'reads itself, directly or through others',
    records('sum(up)', 'l:r0:op', 'l:r1:op'),
  ],
  [
    'le-is-edge',
    record('sum(rate(http_server_request_duration_seconds_bucket{le="2"}[5m]))'),
    'le="2" misses le="2.0", as Prometheus 3 writes it; use le=~"2(\\\\.0)?"',
    record('sum(rate(http_server_request_duration_seconds_bucket{le=~"2(\\\\.0)?"}[5m]))'),
  ],
  [
    'threshold-is-edge',
    file(`      - record: 'a:http_server_request_duration_seconds:p95'
        expr: 'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))'
      - { record: 'a:b:slow', expr: 'a:http_server_request_duration_seconds:p95 > 1.9' }`),
    '1.9 is between two buckets, where a quantile is a guess',
    file(`      - record: 'a:http_server_request_duration_seconds:p95'
        expr: 'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))'
      - { record: 'a:b:slow', expr: 'a:http_server_request_duration_seconds:p95 > 2' }`),
  ],
];

describe('ruleLint', () => {
  test.each(cases)('%s is broken, and says how to mend it', (id, bad, message) => {
    const found = ruleLint(bad).filter((one) => one.id === id);

    expect(found.map((one) => one.message)).toContainEqual(expect.stringContaining(message));
    expect(found[0]?.message).toMatch(/^rules\/x\.yaml: group x: (alert|record) \S+: .* \[.*\]$/);
    expect(found[0]?.message).toContain(`[or beside it: # lint: off ${id}: why]`);
  });

  test.each(cases)('%s is kept', (_, __, ___, good) => {
    expect(breaches(good)).toEqual([]);
  });

  test('has a case for each of its conventions', () => {
    expect(cases.map(([id]) => id).sort()).toEqual(conventions.map(({ id }) => id).sort());
  });

  test.each([
    ['sum(rate(http_server_request_duration_seconds_bucket{le="3"}[5m]))', 'is no edge of'],
    ['sum(rate(http_server_request_duration_seconds_bucket{le=~".*"}[5m]))', 'must be one edge'],
    ['rate(a:b:c[5m])', "'a:b:c' is a gauge"],
    ['delta(node_cpu_seconds_total[5m])', 'delta is for gauges'],
  ])('refuses %s', (expr, message) => {
    expect(breaches(record(expr)).join('\n')).toContain(message);
  });

  test.each([
    'sum by (job) (up) / on (job) (count by (job) (up) > 0)',
    'sum by (job) (up) / (count by (job) (up) > 0)',
    'sum by (job) (up) or count by (job) (up) * 0',
    'sum(up) unless on () node_cpu_seconds_total',
    'sum(rate(node_cpu_seconds_total[5m])) or sum(rate(node_disk_io_time_seconds_total[5m]))',
  ])('takes %s', (expr) => {
    expect(breaches(record(expr))).toEqual([]);
  });

  test('reads what stands before an offset as Prometheus does', () => {
    const expr = 'pg_replication_lag_seconds > 5 and on (job) up offset 1h > 0';

    expect(breaches(alert(expr, 'for: 2m', says('{{ $value | humanizePercentage }}')))).toEqual([
      expect.stringContaining('summary prints by humanizePercentage'),
    ]);
  });

  test('reports everything that is wrong with every rule', () => {
    const files = [...record('irate(node_load1[1m])'), ...record('sum(up) / count(up)')];

    expect(ruleLint(files).map(({ id }) => id)).toEqual([
      'no-irate',
      'range-spans-scrapes',
      'rate-of-counter',
      'division-guarded',
    ]);
  });
});

describe('a comment beside a rule', () => {
  const withComment = (comment: string) =>
    file(`      - { record: 'a:first:c', expr: sum(up) }
      ${comment}
      - { record: 'a:b:c', expr: 'sum(up) / count(up)' }
      - { record: 'a:last:c', expr: sum(up) }
`);

  test('switches one convention off, with a reason', () => {
    const files = withComment('# lint: off division-guarded: there is always a target');

    expect(breaches(files)).toEqual([]);
  });

  test.each([
    ['# lint: off division-guarded', "'lint: off division-guarded' must be followed by a reason"],
    ['# lint: off division: why', "'lint: off division' names no convention"],
    ['# lint: off no-irate: why', "'lint: off no-irate' switches nothing off; take it out"],
  ])('is refused as %s', (comment, message) => {
    expect(breaches(withComment(comment)).join('\n')).toContain(`record a:b:c: ${message}`);
  });

  test('is about its own rule only', () => {
    const files = file(`      # lint: off division-guarded: there is always a target
      - { record: 'a:b:c', expr: 'sum(up) / count(up)' }
      - { record: 'a:d:c', expr: 'sum(up) / count(up)' }
`);

    expect(breaches(files)).toEqual([expect.stringContaining('record a:d:c')]);
  });
});

describe('the rules of this repository', () => {
  const { files } = foundRuleFiles(join(__dirname, '../../rules'));
  const shipped = files.filter(({ isUsers }) => !isUsers);

  test.each(Object.entries(environments))('keep every convention in %s', (_, { targets }) => {
    const inventory = { name: 'inventory', path: 'inventory', text: inventoryRules(targets) };

    expect(breaches([...shipped, inventory])).toEqual([]);
  });
});
