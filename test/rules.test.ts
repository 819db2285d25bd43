import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryRules } from '../lib/alerting/inventory-rules';
import { promqlProblem } from '../lib/alerting/promql';
import { type Engine, engine } from '../local/engines';
import { firesExactly, promtool, promtools } from './support/promtool';

const root = join(__dirname, '..');
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

// Months of samples take promtool seconds, and a busy machine longer.
jest.setTimeout(60_000);

// On a fresh machine the engines are unpacked first.
beforeAll(() => Promise.all(promtools.map((name: Engine) => engine(name))), 180_000);

describe.each(promtools)('%s', (version) => {
  test.each(filesIn('rules', '.yaml'))('accepts %s', async (file) => {
    const args = ['check', 'rules', '--lint=all', '--lint-fatal', join(root, file)];

    await expect(promtool(version, args)).resolves.toContain('SUCCESS');
  });

  test.each(filesIn('test/rules', '.test.yaml'))('passes %s', async (file) => {
    const args = ['test', 'rules', join(root, file)];

    await expect(promtool(version, args)).resolves.toContain('SUCCESS');
  });
});

// Scrapes of postgres_exporter 0.17.1 beside a real primary and its replica, in each state of them.
describe('the scrapes of a PostgreSQL primary and its replica', () => {
  const alert = { job: 'postgres', severity: 'critical', component: 'database' };
  const down = (instance: string) => ({ ...alert, alertname: 'DatabaseDown', instance });
  const lagging = { ...alert, alertname: 'DatabaseReplicationLagHigh', instance: 'replica' };
  const broken = { ...alert, alertname: 'DatabaseReplicationBroken' };
  const noStream = { ...broken, cause: 'stream' };
  const unreadSlot = { ...broken, cause: 'slot', instance: 'primary', slot_name: 'replica_1' };
  const full = {
    ...alert,
    alertname: 'DatabaseConnectionPoolExhausted',
    instance: 'primary',
    limit: 'server',
  };
  const high = {
    ...alert,
    alertname: 'DatabaseConnectionsHigh',
    instance: 'primary',
    severity: 'warning',
  };

  test.each([
    ['healthy', 'no alert', []],
    ['healthy-without-slot', 'no alert', []],
    ['replay-paused', 'the lag', [lagging]],
    ['stream-cut', 'the stream and the slot, while the lag reads 0', [noStream, unreadSlot]],
    // Cut in the middle of a record, which is the one case where the lag does not read 0.
    ['stream-cut-without-slot', 'the stream and the lag', [noStream, lagging]],
    ['replica-stopped', 'the replica and its slot', [down('replica'), unreadSlot]],
    ['primary-stopped', 'the primary alone', [down('primary')]],
    ['connections-full', 'the connections, and that they were many for long', [full, high]],
  ])('%s: %s', async (state, _, alerts) => {
    const scrapes = filesIn('test/fixtures/scrapes', '.txt').filter((file) =>
      file.includes(`postgres-${state}.`),
    );
    const series = Object.assign({}, ...scrapes.map((file) => seriesOf(file, 'postgres')));
    const rules = [readFileSync(join(root, 'rules/database.yaml'), 'utf8')];

    expect(scrapes).not.toEqual([]);
    await firesExactly('promtool', { rules, series, firing: { '10m': alerts } });
  });
});

describe('a scrape of node_exporter', () => {
  const rules = [readFileSync(join(root, 'rules/host.yaml'), 'utf8')];
  const scrape = seriesOf('test/fixtures/scrapes/node.txt', 'node');
  const [available = ''] = Object.keys(scrape).filter((name) => name.includes('avail_bytes'));

  test('with a third of the disk free: no alert', async () => {
    await firesExactly('promtool', { rules, series: scrape, firing: { '20m': [] } });
  });

  test('with next to nothing free: the disk', async () => {
    const series = { ...scrape, [available]: '1000x60' };
    const alert = {
      alertname: 'HostDiskSpaceLow',
      job: 'node',
      instance: 'node',
      device: '/dev/vda',
      mountpoint: '/',
      severity: 'critical',
      component: 'host',
    };

    await firesExactly('promtool', { rules, series, firing: { '20m': [alert] } });
  });
});

describe('the generated inventory', () => {
  const pipeline = readFileSync(join(root, 'rules/pipeline.yaml'), 'utf8');
  const inventory = inventoryRules([
    {
      job: 'api',
      exposes: 'backend',
      discovery: { addresses: ['api:3000'] },
      expectedMinimum: 1,
    },
  ]);
  const heartbeat = { alertname: 'Watchdog', severity: 'info', component: 'pipeline' };
  const absent = { alertname: 'InventoryAbsent', severity: 'critical', component: 'pipeline' };

  test.each([
    ['is not missed while it records', [pipeline, inventory], { '25m': [heartbeat] }],
    [
      'is missed after 10 minutes',
      [pipeline],
      { '9m30s': [heartbeat], '10m': [heartbeat, absent] },
    ],
  ])('%s, whatever else is gone', async (_, rules, firing) => {
    await firesExactly('promtool', { rules, series: {}, firing });
  });
});

describe('the runbooks', () => {
  const runbooks = filesIn('docs/runbooks', '.md');
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const recorded = filesIn('rules', '.yaml')
    .flatMap((file) => [...text(file).matchAll(/record: (\S+)/g)])
    .map(([, name]) => name)
    .concat('service:up:expected_min');

  test.each(runbooks)('%s holds only queries that can be run', (file) => {
    const queries = [...text(file).matchAll(/^ *```promql\n(.*?)^ *```$/gms)].map(
      ([, query = '']) => query,
    );

    expect(queries).not.toEqual([]);
    expect(queries.map(promqlProblem).filter(Boolean)).toEqual([]);
  });

  test.each(runbooks)('%s names only recording rules that exist', (file) => {
    const named = [...text(file).matchAll(/\b[a-z_]+:[a-z0-9_]+:[a-z0-9_]+\b/g)].map(
      ([name]) => name,
    );

    expect(named.filter((name) => !recorded.includes(name))).toEqual([]);
  });
});

/**
 * The gauges of a scrape as series that stay as they are: a counter that stood still would say something of
 * its own. The instance is the part of the file's name before `.txt`.
 */
function seriesOf(file: string, job: string): Record<string, string> {
  const instance = file.split(/[./]/).at(-2);
  const text = readFileSync(join(root, file), 'utf8');
  const gauges = new Set([...text.matchAll(/^# TYPE (\w+) gauge$/gm)].map(([, name]) => name));
  const lines = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)];
  return Object.fromEntries(
    lines
      .filter(([, name]) => gauges.has(name))
      .map(([, name, labels, value]) => {
        const all = [`job="${job}"`, `instance="${instance}"`, ...(labels ? [labels] : [])];
        return [`${name}{${all.join(',')}}`, `${Number(value)}x60`];
      }),
  );
}
