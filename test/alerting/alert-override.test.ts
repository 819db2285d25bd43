import { type AlertOverrides, alertOverridesSchema } from '../../lib/alerting/alert-override';
import { schemaProblems } from '../../lib/schema-problems';

const problems = (overrides: unknown) => schemaProblems('alerts', alertOverridesSchema, overrides);

describe('alertOverridesSchema', () => {
  test.each([
    { threshold: 0.1 },
    { for: '1h30m', keepFiringFor: '0s' },
    { severity: 'info', labels: { team: 'web' }, annotations: { hint: '{{ $value }}' } },
    { off: true },
    [{ where: { limit: 'pool' }, off: true }],
  ])('takes %j', (override) => {
    expect(problems({ A: override })).toEqual([]);
  });

  test.each([
    [{ threshold: '10 %' }, 'alerts.A.threshold must be a number, got "10 %"'],
    [{ threshold: Number.NaN }, 'alerts.A.threshold must be a number, got NaN'],
    [{ threshold: Infinity }, /^alerts.A.threshold must be a number, got /],
    [{ for: '5 min' }, 'alerts.A.for must be a duration such as 5m, got "5 min"'],
    [{ keepFiringFor: 5 }, 'alerts.A.keepFiringFor must be a duration such as 5m, got 5'],
    [{ severity: 'page' }, 'alerts.A.severity must be one of critical, warning, info, got "page"'],
    [{ off: false }, 'alerts.A.off must be true, or left out, got false'],
    [{ off: true, threshold: 1 }, 'alerts.A: an alert that is off has no threshold'],
    [{}, 'alerts.A: changes nothing; name a field of the alert, or off: true'],
    [[], 'alerts.A must not be empty, got []'],
    [5, 'alerts.A must be an object, got 5'],
    [{ thresold: 1, off: true }, "alerts.A has no field 'thresold'"],
    [[{ off: true }, { fro: '5m', off: true }], "alerts.A[1] has no field 'fro'"],
    [{ where: {}, off: true }, 'alerts.A.where must name a label, got {}'],
    [{ labels: { team: 5 } }, 'alerts.A.labels.team must be text, got 5'],
    [{ labels: { team: '{{ $x }}' } }, /^alerts.A.labels.team: '{{ \$x }}' uses the variable/],
    [{ labels: { 'a-b': 'c' } }, "alerts.A.labels: 'a-b' is not the name of a label"],
    [
      { labels: { component: 'A b' } },
      'alerts.A.labels.component must be lower-case letters and dashes, got "A b"',
    ],
    [
      { labels: { alertname: 'B' } },
      'alerts.A.labels: alertname is the name of the alert; routes and runbooks go by it',
    ],
    [
      { labels: { severity: 'info' } },
      'alerts.A.labels: severity is a field of its own, beside labels',
    ],
    [
      { annotations: { summary: '{{ end' } },
      /^alerts.A.annotations.summary: '{{ end' is not closed/,
    ],
    [{ annotations: { summary: ' ' } }, 'alerts.A.annotations.summary must be text, got " "'],
    [
      { annotations: { runbook: 'https://wiki' } },
      'alerts.A.annotations.runbook must be file.md#heading in docs/runbooks, without a host, got "https://wiki"',
    ],
  ])('refuses %j', (override, problem) => {
    expect(problems({ A: override })).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });
});

describe('AlertOverrides', () => {
  test('do not compile where they say nonsense', () => {
    const nonsense: AlertOverrides[] = [
      // @ts-expect-error: there is no such field
      { A: { thresold: 1 } },
      // @ts-expect-error: a threshold is a number
      { A: { threshold: '5 %' } },
      // @ts-expect-error: a duration has a unit
      { A: { for: '5 min' } },
      // @ts-expect-error: not one of the severities
      { A: { severity: 'page' } },
      // @ts-expect-error: an alert that is off has no threshold
      { A: { off: true, threshold: 1 } },
      // @ts-expect-error: the severity is a field of its own
      { A: { labels: { severity: 'info' } } },
      // @ts-expect-error: also inside a list
      { A: [{ where: { limit: 'pool' }, of: true }] },
    ];

    expect(nonsense.map(problems)).not.toContainEqual([]);
  });
});
