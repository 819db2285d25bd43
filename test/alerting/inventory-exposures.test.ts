import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import type { Exposure, Target } from '../../lib/collector/targets';
import { engine } from '../../local/engines';
import { firesExactly, promtools, type RuleCase } from '../support/promtool';

const service = readFileSync(join(__dirname, '../../rules/service.yaml'), 'utf8');

const inventoryOf = (exposes: Exposure, expectedMinimum = 1) => {
  const target: Target = {
    job: 'one',
    exposes,
    discovery: { addresses: ['one:9000'] },
    expectedMinimum,
  };
  return inventoryRules([target]);
};

/** What the exporter of each kind says of what it watches. */
const kinds: Readonly<Record<Exposure, Readonly<Record<string, string>>>> = {
  backend: {},
  node: {},
  postgres: { 'pg_up{job="one",instance="a"}': '1x80' },
  redis: { 'redis_up{job="one",instance="a"}': '1x80' },
  ecs: {
    'ecs_container_memory_usage_bytes{job="one",instance="a",container_name="api"}': '1x80',
  },
  cloudwatch: { 'aws_cloudfront_requests_sum{job="one",instance="a"}': '1x80' },
  collector: {},
};

const down = { alertname: 'ServiceDown', job: 'one', severity: 'critical', component: 'service' };
const short = { ...down, alertname: 'ServiceDegraded', severity: 'warning' };
const nothingArrives = { ...down, alertname: 'CollectorAbsent', component: 'pipeline' };

describe.each(promtools)('the inventory of one job, run by %s', (version) => {
  beforeAll(() => engine(version), 180_000);

  describe.each(Object.entries(kinds))('with a job that exposes %s', (kind, says) => {
    const exposes = kind as Exposure;
    const another = { 'up{job="other",instance="o"}': '1x80' };
    const silence = [nothingArrives].filter(() => exposes === 'collector');
    const ups = (a: string, b: string) => ({
      'up{job="one",instance="a"}': a,
      'up{job="one",instance="b"}': b,
    });
    const run = (minimum: number, series: RuleCase['series'], firing: RuleCase['firing']) =>
      firesExactly(version, { rules: [service, inventoryOf(exposes, minimum)], series, firing });

    test('scaled to its minimum it is silent', async () => {
      await run(1, { ...says, ...ups('1x80', '1x20 stale') }, { '11m': [], '20m': [], '35m': [] });
    });

    test('below its minimum it is degraded, and no longer once it is back', async () => {
      const back = '1x20 stale _x20 1x40';

      await run(
        2,
        { ...says, ...ups('1x80', back) },
        { '15m': [], '15m30s': [short], '23m': [short], '24m': [] },
      );
    });

    test('with every scrape failing it is down', async () => {
      await run(
        1,
        { ...says, ...another, ...ups('1x20 0x60', '1x20 0x60') },
        {
          '12m': [],
          '12m30s': [down],
        },
      );
    });

    test('vanished from discovery it is down', async () => {
      const vanished = Object.keys(says).map((name) => [name, '1x20 stale']);

      await run(
        1,
        { ...Object.fromEntries(vanished), ...another, ...ups('1x20 stale', '1x20 stale') },
        { '12m': [], '12m30s': [down], '35m': [down] },
      );
    });

    test('never seen, while others report, it is down', async () => {
      await run(1, another, { '2m': [], '2m30s': [down], '35m': [down] });
    });

    test('never seen, like everything else, it is down', async () => {
      await run(1, {}, { '30s': [], '2m': silence, '2m30s': [...silence, down] });
    });
  });

  test.each<[Exposure, string, Record<string, string>]>([
    ['redis', '5m', { alertname: 'RedisMetricsAbsent', severity: 'critical', component: 'cache' }],
    [
      'ecs',
      '5m',
      { alertname: 'ContainerMetricsAbsent', severity: 'warning', component: 'container' },
    ],
    [
      'cloudwatch',
      '15m',
      { alertname: 'CloudMetricsAbsent', severity: 'critical', component: 'pipeline' },
    ],
  ])(
    'an exporter of %s that says nothing of it is noticed after %s',
    async (exposes, after, alert) => {
      const texts = [service, inventoryOf(exposes)];
      const series = {
        'up{job="one",instance="a"}': '1x80',
        ...Object.fromEntries(Object.keys(kinds[exposes]).map((name) => [name, '_x50 1x30'])),
      };
      const firing = { '4m30s': [], [after]: [{ ...alert, job: 'one' }], '26m': [] };

      await firesExactly(version, { rules: texts, series, firing });
    },
  );

  test.each(['aws_rds_cpuutilization_average', 'aws_applicationelb_request_count_sum'])(
    'a report of %s alone is a word from CloudWatch',
    async (metric) => {
      const texts = [service, inventoryOf('cloudwatch')];
      const series = { 'up{job="one",instance="a"}': '1x80', [`${metric}{job="one"}`]: '1x80' };

      await firesExactly(version, { rules: texts, series, firing: { '35m': [] } });
    },
  );
});
