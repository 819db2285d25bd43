import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ruleFileProblems } from '../../lib/alerting/rule-file-check';
import { errorBudget, legs } from '../../lib/slo/burn';
import { objectives, type Slo } from '../../lib/slo/objectives';
import { sloFileChanges } from '../../lib/slo/slo-files';
import { sloRules } from '../../lib/slo/slo-rules';
import { accelerated } from '../../local/time-lapse';

const root = join(__dirname, '../..');
const shipped = objectives(
  readFileSync(join(root, 'lib/slo/objectives.yaml'), 'utf8'),
  'lib/slo/objectives.yaml',
);

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

const rules = (text: string): Rule[] =>
  parse(text).groups.flatMap((group: { rules: Rule[] }) => group.rules);

const slo = (change: Partial<Slo> = {}): Slo => ({
  name: 'web',
  service: 'web',
  sli: { kind: 'availability' },
  objective: 99.9,
  windowDays: 30,
  severity: { fast: 'critical', slow: 'warning' },
  ...change,
});

describe('the committed rule files', () => {
  test('say what lib/slo/objectives.yaml says; if not: npm run slo', () => {
    expect(sloFileChanges(shipped, join(root, 'rules'))).toEqual([]);
  });
});

describe('sloRules', () => {
  test.each([
    ['all objectives that ship', shipped],
    ['the longest name', [slo({ name: 'a'.repeat(60) })]],
    ['a window of 7 days', [slo({ windowDays: 7 })]],
    ['an edge below one second', [slo({ sli: { kind: 'latency', thresholdSeconds: 0.25 } })]],
  ])('writes files that AMP takes, of %s', (_, slos) => {
    const files = slos.map((one) => ({
      name: `slo-${one.name}`,
      path: one.name,
      text: sloRules(one),
    }));

    expect(ruleFileProblems(files)).toEqual([]);
  });

  test('evaluates what spans days every 5 minutes, and everything else every 30 seconds', () => {
    const { groups } = parse(sloRules(slo()));

    expect(groups).toMatchObject([
      { name: 'slo-web', interval: '30s' },
      { name: 'slo-web-days', interval: '5m' },
    ]);
  });

  test('records and reads the window of the objective', () => {
    const text = sloRules(slo({ windowDays: 28 }));

    expect(text).toContain('record: slo:sli_error:ratio_rate28d');
    expect(text).toContain('last_over_time(slo:sli_error:ratio_rate28d{slo="web"}[15m])');
    expect(text).not.toContain('30d');
  });

  test('gives the alerts the severities of the objective', () => {
    const text = sloRules(slo({ severity: { fast: 'warning', slow: 'info' } }));

    const severities = rules(text).flatMap(({ alert, labels }) => (alert ? labels.severity : []));

    expect(severities).toEqual(['warning', 'info']);
  });

  test('matches an edge as a number is written, and a whole one also with .0', () => {
    const text = [0.25, 2]
      .map((thresholdSeconds) => sloRules(slo({ sli: { kind: 'latency', thresholdSeconds } })))
      .join('\n');

    expect(text).toContain('le="0.25"}');
    expect(text).toContain('le=~"2(\\\\.0)?"}');
  });

  test('runs ten times as fast in a time-lapse, windows and evaluations alike', () => {
    const text = accelerated(sloRules(slo()), 10);

    expect(ruleDurations(text)).toEqual({
      intervals: ['3s', '30s'],
      windows: ['3m', '6m', '36m', '90s', '270s', '12m', '144m', '432m', '72h'],
    });
  });
});

describe('legs', () => {
  test.each([
    [30, [14.4, 6, 3, 1]],
    [28, [13.44, 5.6, 2.8, 1]],
    [7, [3.36, 1.4, 1, 1]],
  ])('of %i days burn %j times as fast as allowed', (windowDays, factors) => {
    const all = [...legs({ windowDays }, 'fast'), ...legs({ windowDays }, 'slow')];

    expect(all.map(({ factor }) => factor)).toEqual(factors);
  });
});

describe('errorBudget', () => {
  test.each([
    [99.9, 0.001],
    [99.99, 0.0001],
    [99.95, 0.0005],
    [95, 0.05],
  ])('of %d %% is %d', (objective, budget) => {
    expect(errorBudget({ objective })).toBe(budget);
  });
});

function ruleDurations(text: string) {
  const found = (pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map(([, duration]) => duration)),
  ];
  return { intervals: found(/interval: (\S+)/g), windows: found(/\[(\w+)\]/g) };
}
