import fc from 'fast-check';
import { type Counter, Registry } from 'prom-client';
import { counter, gauge, histogram, upTo } from '../../lib/metrics/define';
import { register } from '../../lib/metrics/register';
import { samples } from '../support/samples';

const decisions = counter('decisions_total', 'Decisions', {
  limiter: upTo(2),
  decision: ['allowed', 'limited'],
});
const level = gauge('level', 'Level', {});
const duration = histogram('duration_seconds', 'Duration', {}, [1, 2]);

const replaced = (label: string, metric = 'decisions_total') =>
  `metrics_label_values_replaced_total{metric="${metric}",label="${label}"}`;
const refused = (metric: string) => `metrics_values_refused_total{metric="${metric}"}`;

/** What a JavaScript caller may hand in, whatever the types say. */
const given = (labels: unknown) => labels as { limiter: string; decision: 'allowed' };

const throwing = Object.defineProperty({ decision: 'allowed' }, 'limiter', {
  enumerable: true,
  get: () => {
    throw new Error('boom');
  },
});
const unprintable = { toString: () => ({}), valueOf: () => ({}) };

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

describe('labelGuard', () => {
  test('keeps as many values of a label apart as its bound, and counts the rest as other', async () => {
    const { inc } = register(decisions, registry);

    for (const limiter of ['a', 'b', 'c', 'd', 'a']) inc({ limiter, decision: 'allowed' });

    await expect(samples(registry)).resolves.toEqual({
      'decisions_total{limiter="a",decision="allowed"}': 2,
      'decisions_total{limiter="b",decision="allowed"}': 1,
      'decisions_total{limiter="other",decision="allowed"}': 2,
      [replaced('limiter')]: 2,
    });
  });

  test('takes other for what it is, without a place of its own', async () => {
    const { inc } = register(decisions, registry);

    for (const limiter of ['other', 'a', 'b']) inc({ limiter, decision: 'allowed' });

    await expect(samples(registry)).resolves.toEqual({
      'decisions_total{limiter="other",decision="allowed"}': 1,
      'decisions_total{limiter="a",decision="allowed"}': 1,
      'decisions_total{limiter="b",decision="allowed"}': 1,
    });
  });

  test.each([
    ['a value outside its set', { limiter: 'a', decision: 'denied' }, 'a', ['decision']],
    ['a missing label', { decision: 'allowed' }, 'other', ['limiter']],
    ['no labels', {}, 'other', ['limiter', 'decision']],
    ['nothing', undefined, 'other', ['limiter', 'decision']],
    ['null', null, 'other', ['limiter', 'decision']],
    ['a number in place of labels', 3, 'other', ['limiter', 'decision']],
    ['null for a value', { limiter: null, decision: 'allowed' }, 'other', ['limiter']],
    ['a symbol', { limiter: Symbol('a'), decision: 'allowed' }, 'other', ['limiter']],
    [
      'what cannot become text',
      { limiter: unprintable, decision: 'allowed' },
      'other',
      ['limiter'],
    ],
    ['a getter that throws', throwing, 'other', ['limiter']],
    ['half a character', { limiter: '\ud800', decision: 'allowed' }, 'other', ['limiter']],
    ['a novel', { limiter: 'x'.repeat(513), decision: 'allowed' }, 'other', ['limiter']],
  ])('counts %s as other', async (_, labels, limiter, others) => {
    const { inc } = register(decisions, registry);
    const decision = others.includes('decision') ? 'other' : 'allowed';

    inc(given(labels));

    await expect(samples(registry)).resolves.toEqual({
      [`decisions_total{limiter="${limiter}",decision="${decision}"}`]: 1,
      ...Object.fromEntries(others.map((label) => [replaced(label), 1])),
    });
  });

  test('reads no label that the definition does not have', async () => {
    const { inc } = register(decisions, registry);
    const labels = JSON.parse('{"limiter": "a", "decision": "allowed", "__proto__": "x", "z": 1}');

    inc(given(labels));
    inc(given({ ...labels, constructor: 'y' }));

    await expect(samples(registry)).resolves.toEqual({
      'decisions_total{limiter="a",decision="allowed"}': 2,
    });
  });

  test('takes a number for its text, as prom-client does', async () => {
    const { inc } = register(decisions, registry);

    inc(given({ limiter: 404, decision: 'allowed' }));
    inc(given({ limiter: '404', decision: 'allowed' }));

    await expect(samples(registry)).resolves.toEqual({
      'decisions_total{limiter="404",decision="allowed"}': 2,
    });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '"\\\n'])(
    'keeps %j as a value like any other',
    async (limiter) => {
      const { inc } = register(decisions, registry);

      inc({ limiter, decision: 'allowed' });
      inc({ limiter, decision: 'allowed' });

      expect(Object.values(await samples(registry))).toEqual([2]);
    },
  );

  test('keeps no object that its caller may change later', async () => {
    const { inc } = register(decisions, registry);
    const labels = { limiter: 'a', decision: 'allowed' as const };
    inc(labels);

    labels.limiter = 'b';
    inc(labels);

    await expect(samples(registry)).resolves.toEqual({
      'decisions_total{limiter="a",decision="allowed"}': 1,
      'decisions_total{limiter="b",decision="allowed"}': 1,
    });
  });

  test.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [Number.MAX_VALUE],
    ['7'],
    [null],
  ])('leaves %p out of every metric, and counts it', async (value) => {
    register(decisions, registry).inc({ limiter: 'a', decision: 'allowed' }, value as number);
    register(level, registry).set({}, value as number);
    register(level, registry).inc({}, value as number);
    register(duration, registry).observe({}, value as number);

    await expect(samples(registry)).resolves.toMatchObject({
      level: 0,
      duration_seconds_count: 0,
      [refused('decisions_total')]: 1,
      [refused('level')]: 2,
      [refused('duration_seconds')]: 1,
    });
    await expect(samples(registry, 'decisions')).resolves.toEqual({});
  });

  test.each([[undefined], [{ valueOf: (): number => 7 }], [7n], [Symbol('seven')]])(
    'leaves %p out of a gauge and a histogram',
    async (value) => {
      register(level, registry).set({}, value as number);
      register(duration, registry).observe({}, value as number);

      await expect(samples(registry)).resolves.toMatchObject({
        level: 0,
        duration_seconds_count: 0,
        [refused('level')]: 1,
        [refused('duration_seconds')]: 1,
      });
    },
  );

  test('makes no counter and no sum smaller', async () => {
    register(decisions, registry).inc({ limiter: 'a', decision: 'allowed' }, -1);
    register(duration, registry).observe({}, -0.1);

    await expect(samples(registry)).resolves.toMatchObject({
      duration_seconds_count: 0,
      [refused('decisions_total')]: 1,
      [refused('duration_seconds')]: 1,
    });
  });

  test('neither throws nor passes its bounds, whatever comes', async () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true });
    const text = fc.string({ unit: 'binary' });
    const labels = fc.record({ limiter: fc.oneof(text, anything), decision: anything });
    const calls = fc.array(fc.tuple(fc.oneof(labels, anything), fc.oneof(fc.double(), anything)));

    await fc.assert(
      fc.asyncProperty(calls, async (all) => {
        const fresh = new Registry();
        const { inc } = register(decisions, fresh);
        for (const [one, by] of all) inc(given(one), by as number);

        const series = await samples(fresh, 'decisions');

        expect(Object.keys(series).length).toBeLessThanOrEqual((2 + 1) * (2 + 1));
        expect(Object.values(series).every((value) => value >= 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('makes no object for labels that it has seen', () => {
    const { inc } = register(decisions, registry);
    const seen: unknown[] = [];
    const metric = registry.getSingleMetric('decisions_total') as Counter;
    metric.inc = (labels?: unknown) => seen.push(labels);

    inc({ limiter: 'a', decision: 'allowed' });
    inc({ decision: 'allowed', limiter: 'a' });

    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });
});
