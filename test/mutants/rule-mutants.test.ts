import { readRuleFile } from './rule-file';
import { ruleFileMutants } from './rule-mutants';

const text = `
groups:
  - name: g
    interval: 30s
    rules:
      - record: job:up:sum
        expr: vector(1)
      - alert: Down
        expr: job:up:sum
        for: 2m
        keep_firing_for: 3m
        labels: { severity: critical, component: service, scope: host }
        annotations:
          summary: '{{ $labels.job }} at {{ $value | humanize }}'
`;

const mutants = ruleFileMutants(readRuleFile('rules/x.yaml', text));
const ofAlert = mutants.filter(({ name }) => name === 'alert Down');
const changed = (change: string) =>
  ofAlert.find((one) => one.change === change)?.groups[0]?.rules[1];

describe('ruleFileMutants', () => {
  test('names the file, the rule by its own labels, and the change', () => {
    expect(mutants.map(({ path, rule, change }) => [path, rule, change])).toEqual([
      ['rules/x.yaml', 'record job:up:sum', 'deleted'],
      ['rules/x.yaml', 'record job:up:sum', "'1' → '2'"],
      ['rules/x.yaml', 'record job:up:sum', "'1' → '0'"],
      ...[
        'deleted',
        'for: 2m → 0s',
        'for: 2m → 480s',
        'without keep_firing_for',
        'keep_firing_for: 3m → 24h',
        "label severity: 'critical' → 'other'",
        "label component: 'service' → 'other'",
        "label scope: 'host' → 'other'",
        'annotation summary emptied',
        "annotation summary without '{{ $labels.job }}'",
        "annotation summary without '{{ $value | humanize }}'",
        "annotation summary: '{{ $value | humanize }}' as it is",
      ].map((change) => ['rules/x.yaml', 'alert Down{scope="host"}', change]),
    ]);
  });

  test.each([
    ['for: 2m → 480s', { for: '480s', keep_firing_for: '3m' }],
    ['keep_firing_for: 3m → 24h', { for: '2m', keep_firing_for: '24h' }],
    ["label scope: 'host' → 'other'", { labels: expect.objectContaining({ scope: 'other' }) }],
    [
      "annotation summary: '{{ $value | humanize }}' as it is",
      { annotations: { summary: '{{ $labels.job }} at {{ $value }}' } },
    ],
  ])('makes %s', (change, fields) => {
    expect(changed(change)).toMatchObject(fields);
  });

  test('takes keep_firing_for out, and a deleted rule', () => {
    expect(changed('without keep_firing_for')).not.toHaveProperty('keep_firing_for');
    expect(changed('deleted')).toBeUndefined();
  });

  test('leaves every other rule as it is', () => {
    expect(ofAlert.map(({ groups }) => groups[0]?.rules[0]?.expr)).toEqual(
      ofAlert.map(() => 'vector(1)'),
    );
  });

  test('tells equal changes of one rule apart', () => {
    const twice = 'groups: [{ name: g, rules: [{ record: "a:b:c", expr: "x > 5 or y > 5" }] }]';

    const changes = ruleFileMutants(readRuleFile('r.yaml', twice)).map(({ change }) => change);

    expect(changes).toEqual(expect.arrayContaining(["'> 5' → '>= 5'", "'> 5' → '>= 5' (2)"]));
    expect(new Set(changes).size).toBe(changes.length);
  });
});
