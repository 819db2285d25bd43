import { z } from 'zod';
import { schemaProblems } from '../schema-problems.js';
import { type AlertmanagerDefinition, definitionYaml } from './alertmanager.js';
import { durationSeconds } from './prometheus-duration.js';

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html
const MAX_ROUTES = 100;
const MAX_INHIBITIONS = 100;
const MAX_TEMPLATES = 100;
const MAX_BYTES = 1_000_000;
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-config.html
const MAX_REPEAT_SECONDS = 5 * 86_400;

const place = 'lib/alerting/alertmanager.ts';

/** Why AMP would refuse a definition, or run another one than was meant: every reason at once. */
export function definitionProblems(definition: AlertmanagerDefinition): string[] {
  const config = definition.alertmanager_config;
  const routes = allRoutes(config.route);
  return [
    ...config.receivers.flatMap(receiverProblems),
    ...routes.flatMap((one) => routeProblems(one, config.receivers)),
    ...templateProblems(definition),
    ...tooMany('routes', routes.length, MAX_ROUTES),
    ...tooMany('inhibitions', config.inhibit_rules.length, MAX_INHIBITIONS),
    ...tooMany('templates', Object.keys(definition.template_files).length, MAX_TEMPLATES),
    ...tooMany('bytes', Buffer.byteLength(definitionYaml(definition)), MAX_BYTES),
  ];
}

type Config = AlertmanagerDefinition['alertmanager_config'];

const absent = (message: string) => z.undefined({ error: message }).optional();

const ampConnects = absent('must be left out, because AMP makes the connection itself');

const snsConfig = z.looseObject({
  topic_arn: z
    .string({ error: 'must be the ARN of a topic' })
    .refine((arn) => !arn.endsWith('.fifo'), {
      error: 'must be a standard topic, because AMP cannot publish to a FIFO one',
    }),
  sigv4: z.looseObject(
    { region: z.string({ error: 'must be there, because AMP requires it' }) },
    { error: 'must be there with a region, because AMP requires it' },
  ),
  api_url: ampConnects,
  http_config: ampConnects,
});

const keyByReference = absent('must be left out; AMP takes routing_key.aws_secrets_manager');

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-pagerduty-configure-alertmanager.html
const pagerdutyConfig = z.looseObject({
  url: ampConnects,
  http_config: ampConnects,
  routing_key_file: keyByReference,
  service_key_file: keyByReference,
});

const receiver = z.looseObject({
  sns_configs: z.array(snsConfig).optional(),
  pagerduty_configs: z.array(pagerdutyConfig).optional(),
});

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-config.html
function receiverProblems(one: Config['receivers'][number]): string[] {
  const name = `${place}: receiver ${one.name}`;
  const refused = Object.keys(one).filter((key) => key !== 'name' && !(key in receiver.shape));
  return [
    ...refused.map(
      (kind) => `${name}: AMP knows only sns_configs and pagerduty_configs, got ${kind}`,
    ),
    ...schemaProblems(name, receiver, one),
  ];
}

function routeProblems(route: Config['route'], receivers: Config['receivers']): string[] {
  const name = `${place}: route ${route.matchers?.join(', ') ?? 'of everything else'}`;
  const seconds = durationSeconds(route.repeat_interval);
  const isKnown = receivers.some((one) => one.name === route.receiver);
  return [
    ...(isKnown ? [] : [`${name}: no receiver is called '${route.receiver}'`]),
    ...(seconds !== undefined && seconds <= MAX_REPEAT_SECONDS
      ? []
      : [
          `${name}: repeat_interval must be a duration of at most 5d, got '${route.repeat_interval}'`,
        ]),
  ];
}

/** Alertmanager says nothing about a template file that is not there: it publishes its own default text. */
function templateProblems({
  template_files,
  alertmanager_config,
}: AlertmanagerDefinition): string[] {
  const { templates, receivers } = alertmanager_config;
  const defined = templates.flatMap((file) => names(template_files[file] ?? '', 'define'));
  const everyText = JSON.stringify([template_files, receivers]).replaceAll('\\"', '"');
  const used = new Set(names(everyText, 'template'));
  return [
    ...templates
      .filter((file) => template_files[file] === undefined)
      .map((file) => `${place}: no template file is called '${file}'`),
    ...[...used]
      .filter((name) => !defined.includes(name))
      .map((name) => `${place}: no listed template file defines '${name}'`),
  ];
}

function names(text: string, action: 'define' | 'template'): string[] {
  return [...text.matchAll(new RegExp(`{{-? *${action} "([^"]+)"`, 'g'))].map(
    ([, name = '']) => name,
  );
}

function tooMany(what: string, count: number, most: number): string[] {
  return count <= most ? [] : [`${place}: AMP takes at most ${most} ${what}, got ${count}`];
}

function allRoutes(route: Config['route']): Config['route'][] {
  return [route, ...(route.routes ?? []).flatMap(allRoutes)];
}
