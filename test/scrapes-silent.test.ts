import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryRules } from '../lib/alerting/inventory-rules';
import { foundRuleFiles } from '../lib/alerting/rule-files';
import type { Exposure, Target } from '../lib/collector/targets';
import { engine } from '../local/engines';
import { firesExactly, promtools } from './support/promtool';

const root = join(__dirname, '..');
const scrapes = join(root, 'test/fixtures/scrapes');
const target = (exposes: Exposure, expectedMinimum = 1): Target => ({
  job: exposes,
  exposes,
  discovery: { addresses: [`${exposes}:9000`] },
  expectedMinimum,
});
const targets = [target('node'), target('redis'), target('collector'), target('postgres', 2)];
const rules = [
  ...foundRuleFiles(join(root, 'rules'))
    .files.filter(({ isUsers }) => !isUsers)
    .map(({ text }) => text),
  inventoryRules(targets),
];

const watchdog = { alertname: 'Watchdog', severity: 'info', component: 'pipeline' };
// The recorded Redis was filled on purpose, and evicts.
const redisFull = {
  alertname: 'RedisMemoryHigh',
  job: 'redis',
  instance: 'redis',
  severity: 'warning',
  component: 'cache',
};
const healthy = {
  ...seriesOf('node.txt', 'node'),
  ...seriesOf('redis.txt', 'redis'),
  ...seriesOf('collector.txt', 'collector'),
  ...seriesOf('postgres-healthy.primary.txt', 'postgres'),
  ...seriesOf('postgres-healthy.replica.txt', 'postgres'),
};

describe.each(promtools)(
  'all rules together over what real exporters say, run by %s',
  (version) => {
    beforeAll(() => engine(version), 180_000);

    test('say nothing but what is true while everything else is well', async () => {
      const firing = {
        '9m30s': [watchdog],
        '10m': [watchdog, redisFull],
        '1h': [watchdog, redisFull],
      };

      await firesExactly(version, { rules, series: healthy, firing });
    }, 60_000);

    test('speak of a collector that delivers nothing, and of nothing more', async () => {
      const collector = { job: 'collector', component: 'pipeline' };
      const failing = {
        ...collector,
        alertname: 'RemoteWriteFailing',
        severity: 'critical',
        instance: 'collector',
        exporter: 'prometheusremotewrite',
      };
      const refusing = {
        ...collector,
        alertname: 'CollectorRefusing',
        severity: 'warning',
        instance: 'collector',
      };
      const series = { ...healthy, ...seriesOf('collector-failing.txt', 'collector', growing) };

      await firesExactly(version, {
        rules,
        series,
        firing: { '5m': [watchdog], '9m30s': [watchdog, failing, refusing] },
      });
    }, 60_000);
  },
);

/** A counter that grows by as much as it already is with each scrape. */
function growing(value: number): string {
  return `${value}+${value}x120`;
}

/**
 * A scrape as series of one hour. Gauges stay as they are; counters too, unless `counted` says otherwise,
 * except for idle CPUs: a CPU that counts no time at all is taken for a busy one.
 */
function seriesOf(file: string, job: string, counted = steady): Record<string, string> {
  const instance = file.replace(/\.txt$/, '').replace('collector-failing', 'collector');
  const text = readFileSync(join(scrapes, file), 'utf8');
  const counters = new Set([...text.matchAll(/^# TYPE (\w+) counter$/gm)].map(([, name]) => name));
  const entries = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels, value]): [string, string] => {
      const all = [`job="${job}"`, `instance="${instance}"`, ...(labels ? [labels] : [])];
      const idle = name === 'node_cpu_seconds_total' && labels?.includes('"idle"');
      const notation = counters.has(name) ? counted : steady;
      return [`${name}{${all.join(',')}}`, (idle ? resting : notation)(Number(value))];
    },
  );
  return { ...Object.fromEntries(entries), [`up{job="${job}",instance="${instance}"}`]: '1x120' };
}

function steady(value: number): string {
  return `${value}x120`;
}

function resting(value: number): string {
  return `${value}+27x120`;
}
