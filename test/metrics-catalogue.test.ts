import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { type LabelNames, labelsOfExpression } from '../lib/alerting/promql-labels';
import {
  catalogue,
  type Definition,
  exporters,
  nodejs,
  rateLimitDecisions,
  register,
} from '../lib/metrics';
import { engine } from '../local/engines';
import './support/match-file';
import { callsOf, metricsDocument } from './support/metrics-document';
import { nodes, selectors, strangeLabels, thresholds } from './support/promql-reads';
import { promtools } from './support/promtool';
import { ruleExpressions } from './support/rule-expressions';
import { families } from './support/scrape';

const ours: readonly Definition[] = Object.values(catalogue).flat();
const foreign = [...nodejs, ...Object.values(exporters).flat()];
/** Every registry has them as soon as it has any other. */
const itsOwn: readonly Definition[] = catalogue.package;
const named = ours.map((definition): [string, Definition] => [definition.name, definition]);

/** What the collector adds to every series. */
const targetLabels = ['job', 'instance', 'environment', 'region', 'cluster'];

/** Read by nothing yet. Whoever makes a rule or a panel read one takes it off the list. */
const unread = [
  'http_server_active_requests',
  'http_server_response_body_size_bytes',
  'cache_entries',
  'cache_size_bytes',
  'db_client_connection_wait_time_seconds',
  'db_client_operation_duration_seconds',
  'db_client_slow_queries_total',
  'app_build_info',
  'metrics_values_refused_total',
];

const expressions = ruleExpressions();
const recorded = new Map(expressions.map(({ name }) => [name, rulesNamed(name)]));
const known = knownMetrics();
const edges = new Map(
  ours.flatMap((one) => ('buckets' in one ? [[one.name, one.buckets] as const] : [])),
);

describe('the catalogue', () => {
  test('has each metric once', () => {
    const names = [...ours, ...foreign].map(({ name }) => name);

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test.each(promtools)('is clean for %s check metrics', async (version) => {
    const registry = new Registry();
    for (const definition of ours.filter((one) => !itsOwn.includes(one))) {
      register(definition, registry).zero(oneOfEach(definition));
    }
    const { inc } = register(rateLimitDecisions, registry);
    for (const value of [1, Number.NaN])
      inc({ limiter: 'one', decision: 'denied' as never }, value);

    const args = ['check', 'metrics', '--extended'];
    const input = await registry.metrics();
    const { stdout, stderr, status } = spawnSync(await engine(version), args, { input });

    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    for (const { name } of ours) expect(stdout.toString()).toContain(name);
  });

  test.each(named)('%s keeps to the rules of names, labels and buckets', (name, definition) => {
    const labels = Object.keys(definition.labels);
    const buckets = 'buckets' in definition ? definition.buckets : [];
    const reserved = [...targetLabels, 'le', 'quantile', 'alertname', 'severity', 'component'];

    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(definition.help).toMatch(/^[A-Z].*[^.]$/);
    expect(labels.length).toBeLessThanOrEqual(10);
    expect(labels.filter((label) => !/^[a-z][a-z0-9_]*$/.test(label))).toEqual([]);
    expect(labels.filter((label) => reserved.includes(label))).toEqual([]);
    expect(buckets.length).toBeLessThanOrEqual(12);
    expect(buckets).toEqual([...new Set(buckets)].sort((one, other) => one - other));
  });

  test('is read as a whole, but for what is listed as not read yet', () => {
    const read = new Set(
      expressions.flatMap(({ expr }) => selectors(expr).map(({ metric }) => familyOf(metric))),
    );

    expect(ours.map(({ name }) => name).filter((name) => !read.has(name))).toEqual(unread);
  });
});

describe('rules', () => {
  test.each(byName())('%s read only metrics that somebody exposes', (_, rules) => {
    const strangers = rules
      .flatMap(({ expr }) => selectors(expr))
      .map(({ metric }) => metric)
      .filter((metric) => !recorded.has(metric) && !known.has(metric));

    expect(strangers).toEqual([]);
  });

  test.each(byName())('%s ask only for labels that there are', (_, rules) => {
    expect(rules.flatMap(({ expr }) => strangeLabels(expr, labelsOf))).toEqual([]);
  });

  test('compare a quantile only with an edge of its buckets', () => {
    const beside = expressions
      .filter(({ isAlert }) => isAlert)
      .flatMap(({ expr }) => thresholds(expr))
      .filter(({ metric }) => isQuantile(metric))
      .flatMap(({ metric, limit }) =>
        histogramsOf(metric)
          .filter((histogram) => !edges.get(histogram)?.includes(limit))
          .map((histogram) => `${histogram} has no edge at ${limit}`),
      );

    expect(beside).toEqual([]);
  });

  test('pick a bucket only by an edge that there is, as Prometheus 2 and 3 write it', () => {
    const beside = expressions
      .flatMap(({ expr }) => selectors(expr))
      .flatMap(({ metric, matchers }) =>
        matchers
          .filter(({ label }) => label === 'le')
          .flatMap(({ operator, value }) =>
            histogramsOf(metric)
              .filter((histogram) => !picks(edges.get(histogram) ?? [], operator, value))
              .map((histogram) => `${histogram} has no edge ${operator} ${value}`),
          ),
      );

    expect(beside).toEqual([]);
  });
});

describe('the scrapes', () => {
  const scrapes = {
    node_exporter: /^node\.txt$/,
    postgres_exporter: /^postgres-healthy\./,
    redis_exporter: /^redis\.txt$/,
    collector: /^collector(-failing)?\.txt$/,
  };

  test.each(Object.entries(scrapes))('of %s have each metric that is read', (name, files) => {
    const folder = join(__dirname, 'fixtures/scrapes');
    const texts = readdirSync(folder)
      .filter((file) => files.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
    const found = families(texts.join('\n'));

    const exposed = exporters[name as keyof typeof scrapes].map((one) => ({
      name: one.name,
      type: found.get(one.name)?.type,
      labels: [...(found.get(one.name)?.labels ?? [])].sort(),
    }));

    expect(exposed).toEqual(
      exporters[name as keyof typeof scrapes].map(({ name, type, labels }) => ({
        name,
        type,
        labels: [...labels].sort(),
      })),
    );
  });
});

describe('docs/metrics.md', () => {
  const file = join(__dirname, '../docs/metrics.md');

  test('ends with the whole catalogue', () => {
    const mark = '<!-- written by npx jest test/metrics-catalogue -u -->';
    const [text] = readFileSync(file, 'utf8').split(mark);

    expect(`${text}${mark}\n\n${metricsDocument()}\n`).toMatchFile(file);
  });

  test.each(ours.map(({ name }) => [name]))('names a call for %s that there is', (name) => {
    const folder = join(__dirname, '../lib/instrumentation');
    const index = readFileSync(join(folder, 'index.ts'), 'utf8');

    expect(callsOf(name)).not.toEqual([]);
    for (const call of callsOf(name)) expect(index).toMatch(new RegExp(`\\b${call}\\b`));
  });
});

function rulesNamed(name: string) {
  return expressions.filter((one) => one.name === name && !one.isAlert);
}

function byName(): [string, typeof expressions][] {
  return [...new Set(expressions.map(({ name }) => name))].map((name) => [
    name,
    expressions.filter((one) => one.name === name),
  ]);
}

/** Each series that is exposed, with the labels that it has. */
function knownMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  const all = [
    ...ours.map(({ name, type, labels }) => ({ name, type, labels: Object.keys(labels) })),
    ...foreign,
  ];
  return new Map(
    all.flatMap(({ name, type, labels }): [string, ReadonlySet<string>][] => {
      const has = new Set([...labels, ...targetLabels]);
      if (type !== 'histogram') return [[name, has]];
      return [
        [`${name}_bucket`, new Set([...has, 'le'])],
        [`${name}_sum`, has],
        [`${name}_count`, has],
      ];
    }),
  );
}

function familyOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}

function labelsOf(metric: string): LabelNames {
  const rules = recorded.get(metric);
  if (!rules) return known.get(metric);
  return new Set(
    rules.flatMap(({ expr, labels }) => [...(labelsOfExpression(expr, labelsOf) ?? []), ...labels]),
  );
}

function isQuantile(metric: string): boolean {
  return rulesNamed(metric).some(({ expr }) =>
    nodes(expr, 'FunctionCall').some((node) => expr.slice(node.from).startsWith('histogram_')),
  );
}

/** The histograms of the catalogue that a metric is, or is recorded from. */
function histogramsOf(metric: string): string[] {
  const rules = rulesNamed(metric);
  if (rules.length === 0) return [familyOf(metric)].filter((name) => edges.has(name));
  return rules.flatMap(({ expr }) =>
    selectors(expr).flatMap((selector) => histogramsOf(selector.metric)),
  );
}

function picks(buckets: readonly number[], operator: string, value: string): boolean {
  const takes = (text: string) =>
    operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(text) : text === value;
  const whole = (edge: number) => (Number.isInteger(edge) ? `${edge}.0` : `${edge}`);
  return takes('+Inf') || buckets.some((edge) => takes(`${edge}`) && takes(whole(edge)));
}

function oneOfEach({ labels }: Definition): Readonly<Record<string, string>> {
  const unknown = Object.entries(labels).filter(([, values]) => 'atMost' in values);
  return Object.fromEntries(unknown.map(([name]) => [name, 'one']));
}
