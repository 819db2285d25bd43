import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { environments } from '../../bin/environments';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { ruleFileProblems } from '../../lib/alerting/rule-file-check';
import type { Exposure, Target } from '../../lib/collector/targets';
import { engine } from '../../local/engines';
import { firesExactly, promtools } from '../support/promtool';

const target = (job: string, exposes: Exposure, expectedMinimum = 1): Target => ({
  job,
  exposes,
  discovery: { addresses: [`${job}:9000`] },
  expectedMinimum,
});

describe('inventoryRules', () => {
  test('records how many instances of each target must answer, and with how many samples', () => {
    const node = { ...target('node', 'node', 3), sampleLimit: 2_000 };

    const rules = parse(inventoryRules([target('api', 'backend', 2), node]));

    expect(rules).toEqual({
      groups: [
        {
          name: 'inventory',
          interval: '30s',
          rules: [
            { record: 'service:up:expected_min', expr: 'vector(2)', labels: { job: 'api' } },
            {
              record: 'service:scrape_samples:limit',
              expr: 'vector(10000)',
              labels: { job: 'api' },
            },
            { record: 'service:up:expected_min', expr: 'vector(3)', labels: { job: 'node' } },
            {
              record: 'service:scrape_samples:limit',
              expr: 'vector(2000)',
              labels: { job: 'node' },
            },
          ],
        },
      ],
    });
  });

  test.each<[Exposure, string[]]>([
    ['backend', []],
    ['node', []],
    ['postgres', ['DatabaseMetricsAbsent']],
    ['redis', ['RedisMetricsAbsent']],
    ['ecs', ['ContainerMetricsAbsent']],
    ['cloudwatch', ['CloudMetricsAbsent']],
    ['collector', ['CollectorAbsent']],
  ])('watches the absence of what a %s target exposes: %j', (exposes, alerts) => {
    const [group] = parse(inventoryRules([target('one', exposes)])).groups;

    expect(group.rules.flatMap((rule: { alert?: string }) => rule.alert ?? [])).toEqual(alerts);
  });

  test('names the job in the words of each absence', () => {
    const targets = [
      target('db', 'postgres'),
      target('cache', 'redis'),
      target('tasks', 'ecs'),
      target('aws', 'cloudwatch'),
      target('otel', 'collector'),
    ];

    const rules = parse(inventoryRules(targets)).groups[0].rules;

    expect(rules).toContainEqual({
      alert: 'DatabaseMetricsAbsent',
      expr: 'absent(pg_up{job="db"}) and on (job) (job:up:sum{job="db"} > 0)',
      for: '5m',
      labels: { job: 'db', severity: 'critical', component: 'database' },
      annotations: {
        summary: '{{ $labels.job }} answers without a word about PostgreSQL',
        description:
          'Targets of {{ $labels.job }} are scraped, but pg_up is missing, so DatabaseDown cannot fire.',
        runbook: 'inventory.md#databasemetricsabsent',
        dashboard: 'database',
      },
    });
    expect(rules).toContainEqual({
      alert: 'RedisMetricsAbsent',
      expr: 'absent(redis_up{job="cache"}) and on (job) (job:up:sum{job="cache"} > 0)',
      for: '5m',
      labels: { job: 'cache', severity: 'critical', component: 'cache' },
      annotations: {
        summary: '{{ $labels.job }} answers without a word about Redis',
        description:
          'Targets of {{ $labels.job }} are scraped, but redis_up is missing, so RedisDown cannot fire.',
        runbook: 'inventory.md#redismetricsabsent',
        dashboard: 'infrastructure',
      },
    });
    expect(rules).toContainEqual({
      alert: 'ContainerMetricsAbsent',
      expr: 'absent(ecs_container_memory_usage_bytes{job="tasks"}) and on (job) (job:up:sum{job="tasks"} > 0)',
      for: '5m',
      labels: { job: 'tasks', severity: 'warning', component: 'container' },
      annotations: {
        summary: '{{ $labels.job }} answers without a word about containers',
        description:
          'Targets of {{ $labels.job }} are scraped, but nothing of their containers is known, so none of their alerts can fire.',
        runbook: 'inventory.md#containermetricsabsent',
        dashboard: 'infrastructure',
      },
    });
    expect(rules).toContainEqual({
      alert: 'CloudMetricsAbsent',
      expr: [
        'absent(aws_rds_cpuutilization_average{job="aws"})',
        'absent(aws_applicationelb_request_count_sum{job="aws"})',
        'absent(aws_cloudfront_requests_sum{job="aws"})',
        '(job:up:sum{job="aws"} > 0)',
      ].join(' and on (job) '),
      for: '15m',
      labels: { job: 'aws', severity: 'critical', component: 'pipeline' },
      annotations: {
        summary: '{{ $labels.job }} answers without a word from CloudWatch',
        description:
          'Targets of {{ $labels.job }} are scraped, but they report no database, load balancer or CDN, so none of their alerts can fire.',
        runbook: 'inventory.md#cloudmetricsabsent',
        dashboard: 'infrastructure',
      },
    });
    expect(rules).toContainEqual({
      alert: 'CollectorAbsent',
      expr: 'absent(up{job="otel"}) unless on () (sum(job:up:sum) > 0)',
      for: '1m',
      keep_firing_for: '4m',
      labels: { job: 'otel', severity: 'critical', component: 'pipeline' },
      annotations: {
        summary: 'No metrics arrive: {{ $labels.job }} is gone',
        description:
          'Neither {{ $labels.job }} nor any other target reports, so nothing is known about any service.',
        runbook: 'inventory.md#collectorabsent',
        dashboard: 'pipeline',
      },
    });
  });

  test('tells two jobs of a kind apart, which rules of the same labels would not', () => {
    const text = inventoryRules([target('main-db', 'postgres'), target('other-db', 'postgres')]);

    expect(ruleFileProblems([{ name: 'inventory', path: 'inventory', text }])).toEqual([]);
  });

  test.each(Object.entries(environments))(
    'writes a file that AMP takes for %s',
    (_, environment) => {
      const text = inventoryRules(environment.targets);

      expect(ruleFileProblems([{ name: 'inventory', path: 'inventory', text }])).toEqual([]);
    },
  );
});

describe.each(promtools)('the rules of an inventory, run by %s', (version) => {
  const targets = [
    target('api', 'backend', 2),
    target('postgres', 'postgres'),
    target('collector', 'collector'),
  ];
  const steady = {
    'up{job="api",instance="a"}': '1x60',
    'up{job="api",instance="b"}': '1x60',
    'up{job="postgres",instance="p"}': '1x60',
    'pg_up{job="postgres",instance="p"}': '1x60',
    'up{job="collector",instance="c"}': '1x60',
  };
  const serviceDown = (job: string) => ({
    alertname: 'ServiceDown',
    job,
    severity: 'critical',
    component: 'service',
  });
  const degraded = {
    alertname: 'ServiceDegraded',
    job: 'api',
    severity: 'warning',
    component: 'service',
  };
  const metricsAbsent = {
    alertname: 'DatabaseMetricsAbsent',
    job: 'postgres',
    severity: 'critical',
    component: 'database',
  };
  const collectorAbsent = {
    alertname: 'CollectorAbsent',
    job: 'collector',
    severity: 'critical',
    component: 'pipeline',
  };
  const allDown = targets.map(({ job }) => serviceDown(job));
  let rules: string[];

  beforeAll(async () => {
    const service = readFileSync(join(__dirname, '../../rules/service.yaml'), 'utf8');
    rules = [service, inventoryRules(targets)];
    await engine(version);
  }, 180_000);

  test.each([
    ['everything is there', steady, { '20m': [] }],
    [
      'a job runs more than its minimum',
      { ...steady, 'up{job="api",instance="c"}': '1x60' },
      { '20m': [] },
    ],
    [
      'one of two instances vanishes',
      { ...steady, 'up{job="api",instance="b"}': '1x4 stale' },
      { '7m': [], '8m': [degraded] },
    ],
    [
      'all instances of a job vanish',
      {
        ...steady,
        'up{job="api",instance="a"}': '1x4 stale',
        'up{job="api",instance="b"}': '1x4 stale',
      },
      { '4m': [], '5m': [serviceDown('api')] },
    ],
    [
      'the exporter of the database vanishes',
      {
        ...steady,
        'up{job="postgres",instance="p"}': '1x4 stale',
        'pg_up{job="postgres",instance="p"}': '1x4 stale',
      },
      { '20m': [serviceDown('postgres')] },
    ],
    [
      'the exporter answers and its pg_up vanishes',
      { ...steady, 'pg_up{job="postgres",instance="p"}': '1x4 stale' },
      { '7m': [], '7m30s': [metricsAbsent] },
    ],
    [
      'the collector vanishes and others still report',
      { ...steady, 'up{job="collector",instance="c"}': '1x4 stale' },
      { '20m': [serviceDown('collector')] },
    ],
    ['nothing ever arrived', {}, { '30s': [], '3m': [collectorAbsent, ...allDown] }],
    [
      'jobs that nobody declared are down',
      {
        ...steady,
        'up{job="mysql",instance="m"}': '0x60',
        'up{job="other-postgres",instance="o"}': '1x4 stale',
        'pg_up{job="other-postgres",instance="o"}': '1x4 stale',
      },
      { '20m': [] },
    ],
  ])('when %s, exactly what is said fires', async (_, series, firing) => {
    await firesExactly(version, { rules, series, firing });
  });

  // AMP evaluates groups at moments of their own, so either may be the first to see it.
  test.each([
    ['service', (texts: string[]) => texts],
    ['inventory', (texts: string[]) => texts.toReversed()],
  ])(
    'when nothing arrives any more and %s is evaluated first, CollectorAbsent fires before ServiceDown',
    async (_, ordered) => {
      const series = Object.fromEntries(Object.keys(steady).map((name) => [name, '1x4 stale']));
      const firing = { '3m': [], '4m': [collectorAbsent], '5m': [collectorAbsent, ...allDown] };

      await firesExactly(version, { rules: ordered(rules), series, firing });
    },
  );

  test('when everything arrives again, CollectorAbsent outlasts ServiceDown', async () => {
    const back = '1x4 stale _x15 1x40';
    const series = Object.fromEntries(Object.keys(steady).map((name) => [name, back]));
    const firing = { '12m': [collectorAbsent, ...allDown], '14m': [collectorAbsent], '15m': [] };

    await firesExactly(version, { rules, series, firing });
  });

  test('a file without database and collector never speaks of them', async () => {
    const [service = ''] = rules;
    const onlyApi = [service, inventoryRules([target('api', 'backend')])];
    const series = { 'up{job="api",instance="a"}': '1x60' };

    await firesExactly(version, { rules: onlyApi, series, firing: { '20m': [] } });
  });
});
