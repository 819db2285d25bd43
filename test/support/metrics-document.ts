import {
  catalogue,
  type Definition,
  exporters,
  type ForeignDefinition,
  type LabelValues,
  nodejs,
} from '../../lib/metrics';

/** The calls of the package that bring a metric, by the start of its name; the longest start decides. */
export const calls: Readonly<Record<string, readonly string[]>> = {
  http_server_: ['expressMetrics', 'fastifyMetrics', 'measured'],
  rate_limit_: ['countDecisions'],
  websocket_: ['watchWebSockets'],
  websocket_batch_: ['messageBatches'],
  ml_queue_: ['watchQueue', 'watchTasks'],
  ml_: ['measuredTask'],
  cache_: ['measuredCache'],
  db_client_: ['watchPool'],
  memory_pressure_: ['watchMemoryPressure'],
  nodejs_: ['watchRuntime'],
  app_: ['watchRuntime'],
  metrics_: ['register'],
};

const areas: Readonly<Record<keyof typeof catalogue, string>> = {
  http: 'HTTP and rate limits',
  websocket: 'WebSocket',
  ml: 'ML queue',
  cache: 'Cache',
  database: 'Database client',
  runtime: 'Node.js runtime',
  package: 'What did not fit',
};

const exposers: Readonly<Record<keyof typeof exporters, readonly [title: string, text: string]>> = {
  node_exporter: ['node_exporter 1.9', 'One per host. There is none on Fargate.'],
  postgres_exporter: [
    'postgres_exporter 0.17',
    'One per instance, primary and replicas, with `--collector.stat_wal_receiver`, `--collector.long_running_transactions` and `--collector.stat_statements`.',
  ],
  redis_exporter: ['redis_exporter 1.69', 'One per Redis.'],
  ecs_exporter: [
    'ecs_exporter 0.4',
    'A sidecar of each ECS task. No scrape of ours holds these: it asks the metadata endpoint of ECS, and its module cannot be had to try it. The names are those of its source and of the output that its project records on Fargate.',
  ],
  collector: ['The collector itself', 'Its own telemetry, as the job `collector`.'],
  suffixedCollector: [
    'The collector, with suffixes',
    'What rules also read of a collector that ends its counters in `_total`, as some versions and settings do.',
  ],
  cloudwatch: [
    'CloudWatch, through YACE',
    'No recorded scrape holds these: CloudWatch runs nowhere but in AWS. The names follow the rule of YACE (`aws_<namespace>_<metric>_<statistic>`), and all of them are gauges per period.',
  ],
  scraper: ['Whoever scrapes', 'What Prometheus or the collector adds to each scrape.'],
  middleware: [
    'express-prom-bundle and fastify-metrics',
    'Of a backend that measures with one of them: `rules/http-mapping.yaml` records the same series from it.',
  ],
};

/** The tables that docs/metrics.md ends with. */
export function metricsDocument(): string {
  const ours = Object.entries(catalogue).map(([area, definitions]) =>
    part(areas[area as keyof typeof areas], ownTable(definitions)),
  );
  const theirs = Object.entries(exporters).map(([name, definitions]) => {
    const [title, text] = exposers[name as keyof typeof exposers];
    return part(title, `${text}\n\n${foreignTable(definitions)}`);
  });
  const defaults = 'Part of what `collectDefaultMetrics` exposes; `watchRuntime` calls it.';
  return [
    '## Of a backend',
    ...ours,
    part('prom-client itself', `${defaults}\n\n${foreignTable(nodejs)}`),
    '## Of exporters and scrapers',
    ...theirs,
  ].join('\n\n');
}

const part = (title: string, text: string) => `### ${title}\n\n${text}`;

function ownTable(definitions: readonly Definition[]): string {
  return table(
    ['metric', 'type', 'labels', 'buckets', 'meaning', 'comes with'],
    definitions.map((definition) => [
      code(definition.name),
      definition.type,
      Object.entries(definition.labels)
        .map(([label, values]) => `${code(label)}: ${valuesOf(values)}`)
        .join('; '),
      'buckets' in definition ? definition.buckets.join(', ') : '',
      definition.help,
      callsOf(definition.name).map(code).join(', '),
    ]),
  );
}

function foreignTable(definitions: readonly ForeignDefinition[]): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    definitions.map(({ name, type, labels, help }) => [
      code(name),
      type,
      labels.map(code).join(', '),
      help,
    ]),
  );
}

export function callsOf(name: string): readonly string[] {
  const starts = Object.keys(calls).filter((start) => name.startsWith(start));
  const [longest = ''] = starts.sort((one, other) => other.length - one.length);
  return calls[longest] ?? [];
}

function valuesOf(values: LabelValues): string {
  if ('atMost' in values) return `up to ${values.atMost}`;
  return values.map((value) => value || '(none)').join(', ');
}

const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
