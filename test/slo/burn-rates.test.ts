import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Burn, Sli, Slo } from '../../lib/slo/objectives';
import { sloRules } from '../../lib/slo/slo-rules';
import { engine } from '../../local/engines';
import { promtool } from '../support/promtool';
import { BurnModel } from './burn-model';
import { counters, type Traffic, traffics } from './traffic';

const slo = (sli: Sli, objective: number): Slo => ({
  name: `api-${sli.kind}`,
  service: 'api',
  sli,
  objective,
  windowDays: 30,
  severity: { fast: 'critical', slow: 'warning' },
});

const availability = slo({ kind: 'availability' }, 99.9);
const latency = slo({ kind: 'latency', thresholdSeconds: 1 }, 99);

interface Pace {
  readonly burn: Burn;
  readonly stepSeconds: number;
  readonly evaluation: string;
  readonly steps: number;
  readonly patterns: number;
  readonly windows: Readonly<Record<string, number>>;
}

const hours: Pace = {
  burn: 'fast',
  stepSeconds: 30,
  evaluation: '30s',
  steps: 900,
  patterns: 4,
  windows: { '30m': 0.5, '1h': 1, '6h': 6 },
};
const days: Pace = {
  burn: 'slow',
  stepSeconds: 60,
  evaluation: '5m',
  steps: 5400,
  patterns: 3,
  windows: { '2h': 2, '1d': 24, '3d': 72, '30d': 720 },
};

const folder = mkdtempSync(join(tmpdir(), 'spheroseg-slo-'));

beforeAll(() => engine('promtool'), 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['of hours, of availability', availability, hours, 1],
  ['of hours, of latency', latency, hours, 2],
  ['of days, of availability', availability, days, 3],
  ['of days, of latency', latency, days, 4],
])('the burn rates %s', (title, objective, pace, seed) => {
  const patterns = traffics(pace.patterns, pace.steps, seed);
  const checks = patterns.map((traffic) => checksOf(objective, pace, traffic));

  test('are those of the requests in each window, but for 5 minutes at its edges', async () => {
    const tests = patterns.map((traffic, index) => ({
      interval: `${pace.stepSeconds}s`,
      input_series: Object.entries(counters(traffic, objective.sli)).map(([series, values]) => ({
        series,
        values,
      })),
      promql_expr_test: checks[index]?.map(({ check }) => check),
    }));

    await expect(run(title, objective, pace, tests)).resolves.toContain('SUCCESS');
  }, 180_000);

  test('were seen beyond doubt firing, and beyond doubt silent', () => {
    const verdicts = checks.flat().map(({ verdict }) => verdict);

    expect(verdicts.filter((verdict) => verdict === 'ratio').length).toBeGreaterThan(100);
    expect(verdicts.filter((verdict) => verdict === 'firing').length).toBeGreaterThan(5);
    expect(verdicts.filter((verdict) => verdict === 'silent').length).toBeGreaterThan(5);
  });
});

/** What promtool must find every 25 minutes or 3 hours. */
function checksOf(objective: Slo, pace: Pace, { steps }: Traffic) {
  const model = new BurnModel(objective, steps, pace.stepSeconds);
  const every = pace.stepSeconds === 30 ? 50 : 180;
  const ends = Array.from(
    { length: Math.floor(steps.length / every) },
    (_, index) => index * every,
  );
  return ends.flatMap((end) => [
    ...Object.entries(pace.windows).flatMap(([name, size]) => {
      const range = model.ratio(end, size);
      return range.high < 1 && end > 20 ? [ratioCheck(objective, pace, end, name, range)] : [];
    }),
    ...alertChecks(objective, pace, end, model.alert(end, pace.burn)),
  ]);
}

function ratioCheck(
  objective: Slo,
  pace: Pace,
  end: number,
  window: string,
  { low, high }: { low: number; high: number },
) {
  const ratio = `slo:sli_error:ratio_rate${window}`;
  const slack = 1e-9;
  return {
    verdict: 'ratio',
    check: {
      expr: `(${ratio} >= bool ${low - slack}) * (${ratio} <= bool ${high + slack})`,
      eval_time: `${end * pace.stepSeconds}s`,
      exp_samples: [{ labels: `{job="api",slo="${objective.name}"}`, value: 1 }],
    },
  };
}

function alertChecks(objective: Slo, pace: Pace, end: number, verdict: string) {
  if (verdict === 'open') return [];
  const firing = { labels: `{slo="${objective.name}"}`, value: 1 };
  const check = {
    expr: `count by (slo) (ALERTS{burn="${pace.burn}",alertstate="firing"})`,
    eval_time: `${end * pace.stepSeconds}s`,
    exp_samples: verdict === 'firing' ? [firing] : [],
  };
  return [{ verdict, check }];
}

function run(title: string, objective: Slo, pace: Pace, tests: readonly object[]) {
  const rules = join(folder, `${title}.rules.yaml`);
  const file = join(folder, `${title}.test.yaml`);
  const group = `slo-${objective.name}`;
  writeFileSync(rules, sloRules(objective));
  const content = {
    rule_files: [join(__dirname, '../../rules/http.yaml'), rules],
    evaluation_interval: pace.evaluation,
    group_eval_order: ['http', group, `${group}-days`],
    tests,
  };
  writeFileSync(file, stringify(content, { aliasDuplicateObjects: false }));
  return promtool('promtool', ['test', 'rules', file]);
}
