import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AlertOverrides } from '../../lib/alerting/alert-override';
import { environmentRules } from '../../lib/alerting/environment-rules';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import type { Target } from '../../lib/collector/targets';
import { type Engine, engine } from '../../local/engines';
import { firesExactly, promtool, promtools } from '../support/promtool';
import { alert, group } from '../support/valid-rules';

const targets: Target[] = [
  { job: 'db', exposes: 'postgres', discovery: { addresses: ['db:9187'] }, expectedMinimum: 1 },
];
const service = `# Plain.\n${stringify({ groups: [group] })}`;

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spheroseg-environment-'));
  folder = join(root, 'rules');
  mkdirSync(join(root, 'docs/runbooks'), { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(root, 'docs/runbooks/service.md'), '');
  writeFileSync(join(folder, 'service.yaml'), service);
});
afterEach(() => rmSync(root, { recursive: true }));

const rulesWith = (alerts?: AlertOverrides) =>
  environmentRules({
    environmentName: 'prod',
    environment: { targets, ...(alerts && { alerts }) },
    folder,
  });

describe('environmentRules', () => {
  test('are the files of the folder byte for byte, and the inventory of the targets', () => {
    expect(rulesWith().map(({ name, text }) => [name, text])).toEqual([
      ['service', service],
      ['inventory', inventoryRules(targets)],
    ]);
  });

  test('change an alert of the inventory as well as one of a file', () => {
    const [file, inventory] = rulesWith({
      ServiceDown: { for: '5m' },
      DatabaseMetricsAbsent: { severity: 'warning' },
    });

    expect(file?.text).toContain('# environments.prod.alerts.ServiceDown: for 5m (was 2m)\n');
    expect(inventory?.text).toContain(
      '# environments.prod.alerts.DatabaseMetricsAbsent: labels.severity warning (was critical)\n',
    );
  });

  test('leave room for an alert of the same name once that of the house is off', () => {
    const own = { ...group, name: 'own', rules: [{ ...alert, expr: 'job:up:sum < 2' }] };
    writeFileSync(join(folder, 'mine.yaml'), stringify({ groups: [own] }));

    expect(() => rulesWith()).toThrow('its name is taken by');
    expect(rulesWith({ ServiceDown: { off: true } }).map(({ name }) => name)).toEqual([
      'mine',
      'service',
      'inventory',
    ]);
  });

  test('say at once what is wrong with files, overrides and what comes of them', () => {
    const limited = { ...alert, labels: { ...alert.labels, severity: 'warning' } };
    const twice = { ...group, name: 'twice', rules: [limited] };
    writeFileSync(join(folder, 'pair.yaml'), stringify({ groups: [twice] }));
    writeFileSync(join(root, 'docs/runbooks/pair.md'), '');
    writeFileSync(join(folder, 'wrong.yml'), '');
    const one = { where: { severity: 'warning' }, severity: 'critical' } as const;

    expect(() => rulesWith({ ServiceDown: one })).toThrow(
      [
        `${folder}/wrong.yml: must end in .yaml, or nobody deploys it`,
        `${folder}/service.yaml: group service: alert ServiceDown: is there already: ${folder}/pair.yaml (as environments.prod.alerts changes it): group twice: alert ServiceDown; rename one, or give one a label`,
      ].join('\n'),
    );
    expect(() => rulesWith({ ServiceDwn: { off: true } })).toThrow(
      [
        `${folder}/wrong.yml: must end in .yaml, or nobody deploys it`,
        'environments.prod.alerts.ServiceDwn is no alert of this environment; did you mean ServiceDown?',
      ].join('\n'),
    );
  });

  test('leave to the environment how long an alert waits and where its runbook is', () => {
    const own = { for: '45s', annotations: { runbook: 'team.md#mine' } } as const;

    const [file] = rulesWith({ ServiceDown: own });

    expect(file?.text).toContain('runbook: team.md#mine');
  });

  test("let a user's file be, and say beside which comment a rule of ours may be otherwise", () => {
    const annotations = { summary: '{{ $labels.instance }} is gone' };
    const own = {
      ...alert,
      alert: 'Own',
      expr: 'absent(up{job="a"})',
      for: undefined,
      annotations,
    };
    const text = stringify({ groups: [{ ...group, interval: undefined, rules: [own] }] });
    writeFileSync(join(folder, 'mine.yaml'), text);
    const ours = { ...alert, annotations: { ...alert.annotations, runbook: 'a.md#other' } };
    const wrong = stringify({ groups: [{ ...group, rules: [ours] }] });

    expect(rulesWith()).toHaveLength(3);
    writeFileSync(join(folder, 'service.yaml'), wrong);
    expect(() => rulesWith()).toThrow('[or beside it: # lint: off runbook-heading: why]');
  });

  test('know what another file records, and take what the environment calls its own', () => {
    const rules = [{ record: 'team:up:sum', expr: 'sum(job:up:sum) + elsewhere:up:sum' }];
    writeFileSync(join(folder, 'mine.yaml'), stringify({ groups: [{ ...group, rules }] }));
    const withMetrics = (...ownMetrics: string[]) =>
      environmentRules({ environmentName: 'prod', environment: { targets, ownMetrics }, folder });

    expect(() => withMetrics()).toThrow(
      `${folder}/mine.yaml: group service: record team:up:sum: expr reads elsewhere:up:sum, which no rule records`,
    );
    expect(withMetrics('elsewhere:up:sum')).toHaveLength(3);
  });
});

// On a fresh machine the engines are unpacked first.
beforeAll(() => Promise.all(promtools.map((name: Engine) => engine(name))), 180_000);

describe.each(promtools)('in %s', (version) => {
  test.each([
    ['with lines that end as on Windows', service.replaceAll('\n', '\r\n')],
    [
      'of an expression over several lines that end so',
      `groups:\r\n  - name: a\r\n    interval: 30s\r\n    rules:\r\n      - record: job:up:count\r\n        expr: |\r\n          count by (job) # why\r\n          (up)\r\n`,
    ],
    ['with an anchor', service.replace('30s', '&often 30s')],
  ])('a file %s is accepted', async (_, text) => {
    const path = join(root, 'file.yaml');
    writeFileSync(path, text);

    await expect(promtool(version, ['check', 'rules', path])).resolves.toContain('SUCCESS');
  });

  test("a user's file fires beside the inventory", async () => {
    const rule = { alert: 'a queue', expr: 'queue > 5', labels: { severity: 'info' } };
    const own = { name: 'own', interval: '30s', rules: [rule] };
    mkdirSync(join(folder, 'team-x'));
    writeFileSync(join(folder, 'team-x/queue.yaml'), stringify({ groups: [own] }));
    const rules = rulesWith({ 'a queue': { threshold: 7 } });

    expect(rules.map(({ name }) => name)).toEqual(['service', 'team-x-queue', 'inventory']);
    await firesExactly(version, {
      rules: rules.slice(1).map(({ text }) => text),
      series: { queue: '6x4 8x4' },
      firing: { '1m': [], '3m': [{ alertname: 'a queue', severity: 'info' }] },
    });
  });

  test('files after an override are accepted', async () => {
    const changed = rulesWith({
      ServiceDown: { severity: 'info', annotations: { description: "it's: 'so' # and\nso" } },
    });
    const paths = changed.map(({ name }) => join(root, `${name}.yaml`));
    for (const { name, text } of changed) writeFileSync(join(root, `${name}.yaml`), text);

    await expect(promtool(version, ['check', 'rules', ...paths])).resolves.toContain('SUCCESS');
  });
});
