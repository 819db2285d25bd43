import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from '../../local/engines';
import { readRuleFile } from './rule-file';
import { ruleFileMutants } from './rule-mutants';
import { failing, survivors } from './survivors';
import { testGroups } from './test-groups';

const rules = `
groups:
  - name: g
    rules:
      - { record: 'job:up:sum', expr: 'sum by (job) (up{job=~"a|b"})' }
      - { record: 'job:unread:sum', expr: 'sum by (job, instance) (unread)' }
      - { alert: Down, expr: 'job:up:sum < 2', for: 2m, labels: { severity: critical } }
`;

const tests = (expected: string) => `
rule_files: [rules.yaml]
evaluation_interval: 30s
tests:
  - name: fires
    interval: 30s
    input_series:
      - { series: 'up{job="a",instance="x"}', values: '1x9' }
      - { series: 'up{job="a",instance="y"}', values: '1x3 0x5' }
    alert_rule_test:
      - { alertname: Down, eval_time: 3m30s, exp_alerts: [] }
      - { alertname: Down, eval_time: 4m, exp_alerts: [{ exp_labels: { job: ${expected}, severity: critical } }] }
`;

describe('survivors', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'spheroseg-survivors-'));
    writeFileSync(join(root, 'x.test.yaml'), tests('a'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const hunt = async () => {
    const file = readRuleFile('rules.yaml', rules);
    return {
      promtool: await engine('promtool'),
      ruleFiles: [file],
      groups: testGroups(root, 'x.test.yaml'),
      mutants: ruleFileMutants(file),
      report: () => {},
    };
  };

  test('are what no test notices: here jobs that no test has, and a rule that none reads', async () => {
    const found = await survivors(await hunt());

    expect(found.map(({ rule, change }) => `${rule}: ${change}`)).toEqual([
      'record job:up:sum: without job=~"a|b"',
      'record job:up:sum: without b in job=~"a|b"',
      'record job:unread:sum: deleted',
      "record job:unread:sum: max of 'sum by (job, instance) (unread)'",
      "record job:unread:sum: avg of 'sum by (job, instance) (unread)'",
      "record job:unread:sum: by (instance) of 'sum by (job, instance) (unread)'",
      "record job:unread:sum: by (job) of 'sum by (job, instance) (unread)'",
    ]);
  });

  test('cannot be told while a test fails as it is', async () => {
    writeFileSync(join(root, 'x.test.yaml'), tests('other'));

    const [group] = await failing(await hunt());

    expect(group?.title).toBe('x.test.yaml: fires');
  });

  test('are looked for among groups that pass', async () => {
    expect(await failing(await hunt())).toEqual([]);
  });
});
