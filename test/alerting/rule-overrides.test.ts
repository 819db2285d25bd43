import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AlertOverrides } from '../../lib/alerting/alert-override';
import { ruleFileProblems } from '../../lib/alerting/rule-file-check';
import { overriddenRules } from '../../lib/alerting/rule-overrides';
import { type Engine, engine } from '../../local/engines';
import { firesExactly, promtools } from '../support/promtool';

const text = `# Why these rules are.
groups:
  - name: web
    interval: 30s
    rules:
      # A watch over the pipe.
      - alert: Watchdog
        expr: vector(1)
        labels:
          severity: info
          component: pipeline

      - record: job:errors:ratio
        expr: sum by (job) (errors) / sum by (job) (requests)
      # Why one in twenty.
      - alert: ErrorsHigh
        expr: |
          # Low traffic fails loudly.
          job:errors:ratio > 0.05
          and on (job)
          job:requests:rate5m > 1
        for: 2m
        labels:
          severity: critical
          component: http
        annotations:
          summary: '{{ $labels.job }} fails'
          description: 'More than 5 % fail, for 2 minutes or longer.'

      - alert: PoolFull
        expr: instance_pool:used:ratio >= 0.95 or instance_pool:timeouts:sum > 3
        labels: { severity: critical, component: database, limit: pool }
      - alert: PoolFull
        expr: 'instance:used:ratio > 0.9'
        labels:
          severity: critical
          component: database
          limit: server
      - alert: Slow
        expr: job:http_server_request_duration_seconds:p95_rate5m > 2
        labels:
          severity: warning
          component: http
        annotations:
          summary: 'A sentence that is so long that a writer of YAML would like to break it into several lines of text'
`;

const web = { name: 'web', path: 'rules/web.yaml', text, isUsers: true };
const other = {
  name: 'other',
  path: 'rules/other.yaml',
  text: text.replaceAll('alert: ', 'alert: Other'),
};

const overridden = (overrides: AlertOverrides) =>
  overriddenRules('environments.prod.alerts', overrides, [web, other]);
const problemsOf = (overrides: object) =>
  overridden(overrides as AlertOverrides).problems.map((problem) =>
    problem.replace('environments.prod.alerts.', ''),
  );
/** What stands in the file that did not, and the other way round. */
function difference(overrides: AlertOverrides) {
  const [changed] = overridden(overrides).files;
  const lines = changed?.text.split('\n') ?? [];
  const before = text.split('\n');
  return {
    added: lines.filter((line) => !before.includes(line)).map((line) => line.trim()),
    removed: before.filter((line) => !lines.includes(line)).map((line) => line.trim()),
  };
}

/** What is wrong with the threshold of an alert A with this expression. */
function thresholdProblems(expr: string, threshold: number, { isUsers = false, slo = '' } = {}) {
  const rule = { alert: 'A', expr, ...(slo && { labels: { slo } }) };
  const file = { ...web, isUsers, text: stringify({ groups: [{ name: 'a', rules: [rule] }] }) };
  return overriddenRules('alerts', { A: { threshold } }, [file]).problems;
}

describe('overriddenRules', () => {
  test.each([
    ['nothing is overridden', {}],
    ['an override says what is shipped', { ErrorsHigh: { threshold: 0.05, for: '2m' } }],
  ] satisfies [string, AlertOverrides][])('keeps every byte when %s', (_, overrides) => {
    expect(overridden(overrides)).toEqual({ files: [web, other], problems: [] });
  });

  test('changes nothing but what is named, and says above it which environment did', () => {
    const overrides: AlertOverrides = {
      ErrorsHigh: {
        threshold: 0.1,
        for: '5m',
        keepFiringFor: '10m',
        severity: 'warning',
        labels: { team: 'web' },
        annotations: { description: 'More than 10 % fail: {{ $value }}' },
      },
    };

    expect(difference(overrides)).toEqual({
      added: [
        '# environments.prod.alerts.ErrorsHigh: threshold 0.1 (was 0.05), for 5m (was 2m), keep_firing_for 10m (new), labels.severity warning (was critical), labels.team web (new), annotations.description',
        'job:errors:ratio > 0.1',
        'for: 5m',
        'keep_firing_for: 10m',
        'team: web',
        "description: 'More than 10 % fail: {{ $value }}'",
      ],
      removed: [
        'job:errors:ratio > 0.05',
        'for: 2m',
        "description: 'More than 5 % fail, for 2 minutes or longer.'",
      ],
    });
    expect(overridden(overrides).files[1]).toBe(other);
  });

  test('puts new fields where a reader looks for them', () => {
    const { files } = overridden({
      PoolFull: { where: { limit: 'server' }, for: '1m', annotations: { hint: 'call me' } },
    });

    expect(files[0]?.text).toContain(`        expr: 'instance:used:ratio > 0.9'
        for: 1m
        labels:
          severity: critical
          component: database
          limit: server
        annotations:
          hint: 'call me'
`);
  });

  test.each([
    ['in between', { ErrorsHigh: { off: true } }, 'ErrorsHigh', '\n      - alert: PoolFull'],
    ['at the end', { Slow: { off: true } }, 'Slow', ''],
  ] satisfies [string, AlertOverrides, string, string][])(
    'leaves a note where an alert %s was switched off',
    (_, overrides, name, follows) => {
      const [changed] = overridden(overrides).files;

      expect(changed?.text).not.toContain(`alert: ${name}\n`);
      expect(changed?.text).toContain(`\n      # environments.prod.alerts.${name}: off${follows}`);
    },
  );

  test('leaves out a group and a file in which nothing is left', () => {
    const alone = text.replace(/ {6}# A watch.*?(?= {6}- alert: Slow)/s, '');

    const { files } = overriddenRules('environments.prod.alerts', { Slow: { off: true } }, [
      { ...web, text: alone },
    ]);

    expect(files).toEqual([]);
  });

  test('says in the place of a changed file whose change it is', () => {
    const { files } = overridden({ PoolFull: { where: { limit: 'server' }, severity: 'info' } });

    expect(files.map(({ path }) => path)).toEqual([
      'rules/web.yaml (as environments.prod.alerts changes it)',
      'rules/other.yaml',
    ]);
    expect(ruleFileProblems(files.slice(0, 1))).toEqual([]);
  });

  test.each([
    [
      { ErorsHigh: { off: true } },
      'ErorsHigh is no alert of this environment; did you mean ErrorsHigh?',
    ],
    [
      { Nothing: { off: true } },
      'Nothing is no alert of this environment; the names are in rules/',
    ],
    [
      { Watchdog: { off: true } },
      'Watchdog must stay as it is, because the heartbeat alarms wait for exactly this alert',
    ],
    [
      { Watchdog: { for: '1h' } },
      'Watchdog must stay as it is, because the heartbeat alarms wait for exactly this alert',
    ],
    [
      { PoolFull: { off: true } },
      'PoolFull selects 2 rules; add where: {"limit":"pool"} or where: {"limit":"server"}',
    ],
    [
      { PoolFull: { where: { limit: 'client' }, off: true } },
      'PoolFull where selects no rule of this name, got {"limit":"client"}; there is {"limit":"pool"}, {"limit":"server"}',
    ],
    [
      { PoolFull: { where: { limit: 'pool' }, threshold: 1 } },
      "PoolFull.threshold cannot be set: the expression has one on each side of 'or'; switch the alert off and write one in a file of your own",
    ],
    [
      { ErrorsHigh: { threshold: 5, annotations: { description: 'a' } } },
      'ErrorsHigh.threshold must be between 0 and 1, because job:errors:ratio is a ratio and 0.05 is 5 %, got 5',
    ],
    [
      { Slow: { threshold: 3 } },
      'Slow.threshold must be an edge of the buckets of http_server_request_duration_seconds, because a quantile between two edges is a guess: 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, got 3',
    ],
    [
      { ErrorsHigh: { threshold: 0.1 } },
      "ErrorsHigh.threshold makes annotations.description wrong, which says '5 %'; override that text too",
    ],
    [
      { ErrorsHigh: { for: '10m' } },
      "ErrorsHigh.for makes annotations.description wrong, which says '2 minutes'; override that text too",
    ],
    [
      { ErrorsHigh: { labels: { instance: 'a' } } },
      'ErrorsHigh.labels.instance must stay: alerts are grouped, routed and muted by it',
    ],
    [
      { ErrorsHigh: { labels: { job: 'a' } } },
      'ErrorsHigh.labels.job must stay: alerts are grouped, routed and muted by it',
    ],
  ])('refuses %j', (overrides, problem) => {
    expect(problemsOf(overrides)).toEqual([problem]);
  });

  const never = 'must be another number, because';
  const ratio = 'true of what is between 0 and 1';
  const count = 'true of what is never below 0';

  test.each([
    ['job:a:ratio > 0.5', 1, `${never} 'job:a:ratio > 1' is never ${ratio}, got 1`],
    ['job:a:ratio < 0.5', 0, `${never} 'job:a:ratio < 0' is never ${ratio}, got 0`],
    ['job:a:ratio >= 0.5', 0, `${never} 'job:a:ratio >= 0' is always ${ratio}, got 0`],
    ['0.5 >= job:a:ratio', 1, `${never} 'job:a:ratio <= 1' is always ${ratio}, got 1`],
    ['job:a:sum > 100', -5, `${never} 'job:a:sum > -5' is always ${count}, got -5`],
    ['job:a:sum < 100', 0, `${never} 'job:a:sum < 0' is never ${count}, got 0`],
  ])('refuses for %s the threshold %p', (expr, threshold, problem) => {
    expect(thresholdProblems(expr, threshold)).toEqual([`alerts.A.threshold ${problem}`]);
  });

  test.each([
    ['job:a:ratio >= 0.5', 1],
    ['job:a:ratio > 0.5', 0],
    ['job:a:ratio < 0.5', 1],
    ['job:a:sum > 100', 0],
    ['predict_linear(a[1h], 60) < 0', -1],
  ])('takes for %s the threshold %p', (expr, threshold) => {
    expect(thresholdProblems(expr, threshold)).toEqual([]);
  });

  test("takes any number for what a user's own rule measures", () => {
    expect(thresholdProblems('outside_celsius < 3', -5, { isUsers: true })).toEqual([]);
  });

  test('sends to the objectives whoever wants another threshold of one', () => {
    expect(thresholdProblems('a > 1 or b > 2', 3, { slo: 'api' })).toEqual([
      "alerts.A.threshold cannot be set: the expression has one on each side of 'or'; edit lib/slo/objectives.yaml",
    ]);
  });

  test('refuses a label by which the series of an alert differ', () => {
    const routes = { ...web, text: text.replace('and on (job)', 'and on (job, http_route)') };
    const overrides: AlertOverrides = { ErrorsHigh: { labels: { http_route: '/' } } };

    const { problems } = overriddenRules('alerts', overrides, [routes]);

    expect(problems).toEqual([
      'alerts.ErrorsHigh.labels.http_route must stay: it tells apart what the alert is about',
    ]);
  });

  test('refuses two overrides of one rule', () => {
    const server = { where: { limit: 'server' }, off: true };

    expect(problemsOf({ PoolFull: [server, server] })).toEqual([
      'PoolFull[1] changes the rule that environments.prod.alerts.PoolFull[0] changes; join the two',
    ]);
  });

  test('lists every problem of every override at once', () => {
    const problems = problemsOf({
      ErrorsHigh: { threshold: 0.1, for: '5m' },
      Watchdog: { severity: 'critical' },
      Slowest: { threshold: 1 },
    });

    expect(problems).toHaveLength(4);
  });

  test('says nothing of unknown alerts while a file is no YAML', () => {
    const broken = { ...other, text: 'groups: [' };

    const { problems } = overriddenRules('alerts', { OtherSlow: { off: true } }, [web, broken]);

    expect(problems).toEqual([]);
  });

  test('refuses what has not the shape of an override, in the words of the person who wrote it', () => {
    expect(problemsOf({ ErrorsHigh: { threshold: '10 %' } })).toEqual([
      'ErrorsHigh.threshold must be a number, got "10 %"',
    ]);
  });
});

// On a fresh machine the engines are unpacked first.
beforeAll(() => Promise.all(promtools.map((name: Engine) => engine(name))), 180_000);

describe.each(promtools)('a changed alert in %s', (version) => {
  const path = 'rules/host.yaml';
  const host = { name: 'host', path, text: readFileSync(join(__dirname, '../..', path), 'utf8') };
  const labels = 'job="node",instance="a",device="/dev/vda",mountpoint="/"';
  const free = (percent: number) => ({
    [`node_filesystem_avail_bytes{${labels}}`]: `${percent}x40`,
    [`node_filesystem_size_bytes{${labels}}`]: '100x40',
  });
  const disk = {
    alertname: 'HostDiskSpaceLow',
    job: 'node',
    instance: 'a',
    device: '/dev/vda',
    mountpoint: '/',
    component: 'host',
  };
  const changed = { ...disk, severity: 'warning', team: 'storage' };
  const description = 'Less than 10 % of {{ $labels.device }} is available.';
  const overrides: AlertOverrides = {
    HostDiskSpaceLow: {
      threshold: 0.1,
      for: '10m',
      severity: 'warning',
      labels: { team: 'storage' },
      annotations: { description },
    },
  };
  const rulesWith = (alerts: AlertOverrides) => {
    const { files, problems } = overriddenRules('environments.prod.alerts', alerts, [host]);
    return problems.length > 0 ? problems : files.map((file) => file.text);
  };

  test.each([
    ['fires below the new threshold, after the new wait', 9, { '9m30s': [], '10m': [changed] }],
    ['is silent between the new threshold and the old', 12, { '20m': [] }],
  ])('%s', async (_, percent, firing) => {
    await firesExactly(version, { rules: rulesWith(overrides), series: free(percent), firing });
  });

  test('fires as shipped without an override', async () => {
    const shipped = { ...disk, severity: 'critical' };

    await firesExactly(version, {
      rules: rulesWith({}),
      series: free(12),
      firing: { '4m30s': [], '5m': [shipped] },
    });
  });

  test('is silent when it is off', async () => {
    const rules = rulesWith({ HostDiskSpaceLow: { off: true } });

    await firesExactly(version, { rules, series: free(1), firing: { '20m': [] } });
  });
});
