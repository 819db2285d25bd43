import type { Registry } from 'prom-client';
import { counter, gauge, histogram, upTo } from '../../lib/metrics/define';
import { register } from '../../lib/metrics/register';

const decisions = counter('decisions_total', 'Decisions', {
  limiter: upTo(10),
  decision: ['allowed', 'limited'],
});
const connections = gauge('connections', 'Connections', {});
const duration = histogram('duration_seconds', 'Duration', { method: ['GET'] }, [1, 2]);

describe('counter', () => {
  test('adds up over the workers of a process group', () => {
    expect(decisions).toEqual({
      type: 'counter',
      name: 'decisions_total',
      help: 'Decisions',
      labels: { limiter: { atMost: 10 }, decision: ['allowed', 'limited'] },
      aggregator: 'sum',
    });
  });
});

describe('gauge', () => {
  test('becomes one over workers as its definition says, or else their sum', () => {
    const age = gauge('age_seconds', 'Age', {}, 'max');

    expect(connections.aggregator).toBe('sum');
    expect(age.aggregator).toBe('max');
  });
});

describe('histogram', () => {
  test.each([[[2, 1]], [[1, 1]], [[Number.NaN]]])('refuses the buckets %j', (buckets) => {
    expect(() => histogram('wait_seconds', 'Wait', {}, buckets)).toThrow(
      /^wait_seconds: buckets must be numbers that ascend/,
    );
  });
});

describe('upTo', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d values', (atMost) => {
    expect(() => upTo(atMost)).toThrow(/^upTo: a label must have a whole number of values/);
  });
});

describe('the types', () => {
  test('refuse each line below, or the type check fails', () => {
    expect(doesNotCompile).toHaveLength(1);
  });
});

function doesNotCompile(registry: Registry) {
  // @ts-expect-error a counter ends in _total
  counter('decisions', 'Decisions', {});
  // @ts-expect-error a gauge does not end as a counter does
  gauge('decisions_total', 'Decisions', {});
  // @ts-expect-error nor as a series of a histogram
  gauge('connection_count', 'Connections', {});
  // @ts-expect-error a histogram names its unit
  histogram('duration', 'Duration', {}, [1]);
  // @ts-expect-error and its base unit
  histogram('duration_milliseconds_ms', 'Duration', {}, [1]);
  // @ts-expect-error and its buckets
  histogram('duration_seconds', 'Duration', {});

  const registered = register(decisions, registry);
  registered.inc({ limiter: 'login', decision: 'limited' });
  // @ts-expect-error a label that there is not
  registered.inc({ limiter: 'login', decision: 'limited', user: 'eve' });
  // @ts-expect-error a label that is spelt otherwise
  registered.inc({ limitter: 'login', decision: 'limited' });
  // @ts-expect-error a label that is missing
  registered.inc({ limiter: 'login' });
  // @ts-expect-error a value outside its set
  registered.inc({ limiter: 'login', decision: 'denied' });
  // @ts-expect-error a value that is no text
  registered.inc({ limiter: 7, decision: 'limited' });
  registered.zero({ limiter: 'login' });
  // @ts-expect-error a label of any text, whose values nobody knows
  registered.zero({});
  // @ts-expect-error a label that there is not
  registered.zero({ limiter: 'login', user: 'eve' });
  // @ts-expect-error a value outside its set
  registered.zero({ limiter: 'login', decision: 'denied' });
  // @ts-expect-error a counter cannot be set
  registered.set({ limiter: 'login', decision: 'limited' }, 1);
  // @ts-expect-error a gauge needs a value
  register(connections, registry).set({});
  // @ts-expect-error a gauge does not observe
  register(connections, registry).observe({}, 1);
  // @ts-expect-error a histogram does not count
  register(duration, registry).inc({ method: 'GET' });
  // @ts-expect-error a registry is not optional
  register(duration);
}
