import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { counter, gauge, histogram, upTo } from '../../lib/metrics/define';
import { register } from '../../lib/metrics/register';
import { samples } from '../support/samples';

const decisions = counter('decisions_total', 'Decisions', {
  limiter: upTo(2),
  decision: ['allowed', 'limited'],
});
const events = counter('events_total', 'Events', { level: ['warning', 'critical'] });
const tasks = gauge('tasks', 'Tasks', { state: ['waiting', 'active'] });
const duration = histogram('duration_seconds', 'Duration', { method: ['GET', 'PUT'] }, [1, 2]);

let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

describe('register', () => {
  test('counts', async () => {
    const { inc } = register(decisions, registry);

    inc({ limiter: 'login', decision: 'allowed' });
    inc({ limiter: 'login', decision: 'allowed' }, 2);

    await expect(samples(registry)).resolves.toMatchObject({
      'decisions_total{limiter="login",decision="allowed"}': 3,
    });
  });

  test('sets and moves a gauge', async () => {
    const { set, inc } = register(tasks, registry);

    set({ state: 'waiting' }, 7);
    inc({ state: 'waiting' });
    inc({ state: 'active' }, -2);

    await expect(samples(registry)).resolves.toMatchObject({
      'tasks{state="waiting"}': 8,
      'tasks{state="active"}': -2,
    });
  });

  test('observes into the buckets of the definition', async () => {
    const { observe } = register(duration, registry);

    observe({ method: 'GET' }, 2);

    await expect(samples(registry)).resolves.toMatchObject({
      'duration_seconds_bucket{le="1",method="GET"}': 0,
      'duration_seconds_bucket{le="2",method="GET"}': 1,
      'duration_seconds_sum{method="GET"}': 2,
      'duration_seconds_count{method="GET"}': 1,
    });
  });

  test('starts a counter whose values are all known with each of them at 0', async () => {
    register(events, registry);

    await expect(samples(registry)).resolves.toMatchObject({
      'events_total{level="warning"}': 0,
      'events_total{level="critical"}': 0,
    });
  });

  test('brings the children of a value of any text into being at 0', async () => {
    const { zero } = register(decisions, registry);

    zero({} as never);
    zero({ limiter: 'login' });

    await expect(samples(registry, 'decisions')).resolves.toEqual({
      'decisions_total{limiter="login",decision="allowed"}': 0,
      'decisions_total{limiter="login",decision="limited"}': 0,
    });
  });

  test('loses nothing of what was measured when children are brought into being again', async () => {
    const counted = register(events, registry);
    const measured = register(tasks, registry);
    const observed = register(duration, registry);
    counted.inc({ level: 'warning' });
    measured.set({ state: 'active' }, 4);
    observed.observe({ method: 'PUT' }, 1);

    for (const { zero } of [counted, measured, observed]) zero({});

    await expect(samples(registry)).resolves.toMatchObject({
      'events_total{level="warning"}': 1,
      'tasks{state="active"}': 4,
      'tasks{state="waiting"}': 0,
      'duration_seconds_count{method="PUT"}': 1,
      'duration_seconds_count{method="GET"}': 0,
    });
  });

  test('is one metric for all who ask for it in one registry', async () => {
    register(events, registry).inc({ level: 'warning' });
    register({ ...events }, registry).inc({ level: 'warning' });
    register(events, new Registry()).inc({ level: 'warning' });

    await expect(samples(registry, 'events')).resolves.toMatchObject({
      'events_total{level="warning"}': 2,
    });
  });

  test('leaves the default registry alone', async () => {
    const { register: byDefault } = await import('prom-client');

    register(events, registry).inc({ level: 'warning' });

    expect(byDefault.getMetricsAsArray()).toEqual([]);
  });

  test('makes the metric again in a registry that was cleared', async () => {
    register(events, registry).inc({ level: 'warning' });
    registry.clear();

    register(events, registry).inc({ level: 'warning' });
    register(events, registry).inc({ level: 'warning' }, Number.NaN);

    await expect(samples(registry)).resolves.toEqual({
      'events_total{level="warning"}': 1,
      'events_total{level="critical"}': 0,
      'metrics_values_refused_total{metric="events_total"}': 1,
    });
  });

  test('goes on in a registry whose values were reset', async () => {
    const { observe } = register(duration, registry);
    observe({ method: 'GET' }, 1);
    registry.resetMetrics();

    observe({ method: 'GET' }, 1);

    await expect(samples(registry)).resolves.toMatchObject({
      'duration_seconds_count{method="GET"}': 1,
    });
  });

  test('ends a counter of an OpenMetrics registry once in _total, scrape after scrape', async () => {
    const openMetrics = new Registry();
    openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    register(events, openMetrics).inc({ level: 'warning' });
    await openMetrics.metrics();
    register(events, openMetrics).inc({ level: 'warning' });

    await expect(samples(openMetrics)).resolves.toMatchObject({
      'events_total{level="warning"}': 2,
    });
  });

  test('lives beside the default metrics of prom-client', async () => {
    collectDefaultMetrics({ register: registry });
    register(events, registry).inc({ level: 'warning' });

    await expect(samples(registry)).resolves.toMatchObject({
      'events_total{level="warning"}': 1,
      process_cpu_seconds_total: expect.any(Number),
    });
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['object', {}],
    ['object', Object.create(null)],
    ['symbol', Symbol('registry')],
    ['string', 'registry'],
  ])('refuses %s for a registry, and says what to pass', (got, wrong) => {
    const says = `registry must be a Registry of prom-client, got ${got}; pass new Registry()`;

    expect(() => register(events, wrong as never)).toThrow(says);
  });

  test('refuses a name that something else has taken', () => {
    new Counter({ name: 'events_total', help: 'Other events', registers: [registry] });

    expect(() => register(events, registry)).toThrow(
      'events_total is already in this registry, from elsewhere; remove that one, or use another registry',
    );
  });

  test('refuses a name that another definition has taken', () => {
    register(events, registry);
    const other = counter('events_total', 'Events', { kind: ['oom'] });

    expect(() => register(other, registry)).toThrow(
      'events_total is already in this registry, defined otherwise; give one of the two another name',
    );
  });

  test('refuses a registry in which its own counters have another meaning', () => {
    const name = 'metrics_values_refused_total';
    new Counter({ name, help: 'Something else', registers: [registry] });

    expect(() => register(events, registry)).toThrow(`${name} is already in this registry`);
  });
});
