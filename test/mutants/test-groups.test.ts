import { join } from 'node:path';
import { readRuleFile, rulesOf } from './rule-file';
import { dependants, looksAt, neededRules, testGroups } from './test-groups';

const root = join(__dirname, '../..');

const rules = rulesOf(
  readRuleFile(
    'r.yaml',
    `
groups:
  - name: g
    rules:
      - { record: 'a:b:c', expr: 'sum(up)' }
      - { record: 'a:d:c', expr: 'a:b:c * 2' }
      - { alert: Low, expr: 'a:d:c < 2', annotations: { summary: '{{ query "a:e:c" }}' } }
      - { record: 'a:e:c', expr: 'vector(1)' }
      - { record: 'a:f:c', expr: 'vector(1)' }
`,
  ),
);

const group = (...reads: readonly string[]) => ({
  title: 't',
  ruleFiles: [],
  reads: new Set(reads),
  expects: new Set<string>(),
  evaluations: 1,
  text: '',
});

describe('testGroups', () => {
  const [first] = testGroups(root, 'test/rules/service.test.yaml');

  test('splits a file, and knows what each loads, reads and expects', () => {
    expect(first).toMatchObject({
      title: expect.stringMatching(/^test\/rules\/service\.test\.yaml: ServiceDown fires/),
      ruleFiles: ['rules/service.yaml'],
      reads: new Set(['alert ServiceDown']),
      expects: new Set(['alert ServiceDown']),
      evaluations: 22,
    });
  });

  test('keeps everything of a group but the names of the rule files', () => {
    expect(first?.text).toMatch(/^evaluation_interval: 30s\ntests:\n/);
    expect(first?.text).not.toContain('rule_files');
  });
});

describe('dependants', () => {
  test('are the rule itself and everything above it', () => {
    expect(dependants('a:b:c', rules)).toEqual(new Set(['a:b:c', 'a:d:c', 'alert Low']));
  });

  test('include an alert whose text asks for it', () => {
    expect(dependants('a:e:c', rules)).toEqual(new Set(['a:e:c', 'alert Low']));
  });
});

describe('neededRules', () => {
  test('are what a group reads and everything below it', () => {
    expect(neededRules(group('alert Low'), rules)).toEqual(
      new Set(['alert Low', 'a:d:c', 'a:e:c', 'a:b:c']),
    );
  });

  test('are those of every alert when a group reads ALERTS', () => {
    expect(neededRules(group('alert *'), rules)).toContain('alert Low');
  });
});

describe('looksAt', () => {
  test.each([
    [['alert Low'], true],
    [['alert *'], true],
    [['alert Other'], false],
    [['a:b:c'], false],
  ])('a group that reads %j: %j', (reads, looks) => {
    expect(looksAt(group(...reads), new Set(['alert Low']))).toBe(looks);
  });
});
