import type { z } from 'zod';
import { schemaProblems } from '../schema-problems.js';
import { type AlertmanagerDefinition, definitionYaml } from './alertmanager.js';
import { configuration, inhibitRule, receiver, rootRoute, route } from './definition-schema.js';
import { notificationTemplates, templateProblem } from './go-template.js';

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html
const MAX_ROUTES = 100;
const MAX_INHIBITIONS = 100;
const MAX_TEMPLATES = 100;
const MAX_BYTES = 1_000_000;

const place = 'lib/alerting/alertmanager.ts';

/** Why AMP would refuse a definition, or run another one than was meant: every reason at once. */
export function definitionProblems(definition: AlertmanagerDefinition): string[] {
  const { template_files, alertmanager_config: config } = definition;
  const routes = allRoutes(config.route);
  return [
    ...problemsAt(`${place}: the configuration`, configuration, config),
    ...config.receivers.flatMap(receiverProblems),
    ...repeatedNames(config.receivers),
    ...routes.flatMap((one, index) => routeProblems(one, index === 0, config.receivers)),
    ...config.inhibit_rules.flatMap((rule, index) =>
      problemsAt(`${place}: inhibition ${index + 1}`, inhibitRule, rule),
    ),
    ...templateProblems(definition),
    ...tooMany('routes', routes.length, MAX_ROUTES),
    ...tooMany('inhibitions', config.inhibit_rules.length, MAX_INHIBITIONS),
    ...tooMany('templates', Object.keys(template_files).length, MAX_TEMPLATES),
    ...tooMany('bytes', Buffer.byteLength(definitionYaml(definition)), MAX_BYTES),
  ];
}

type Config = AlertmanagerDefinition['alertmanager_config'];

function receiverProblems(one: Config['receivers'][number]): string[] {
  const name = `${place}: receiver ${one.name}`;
  const refused = Object.keys(one).filter((key) => key !== 'name' && !(key in receiver.shape));
  return [
    ...refused.map(
      (kind) => `${name}: AMP knows only sns_configs and pagerduty_configs, got ${kind}`,
    ),
    ...schemaProblems(name, receiver, one),
    ...textsIn(one).flatMap((text) => {
      const problem = templateProblem(text, notificationTemplates);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    }),
  ];
}

function repeatedNames(receivers: Config['receivers']): string[] {
  const names = receivers.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) < index)
    .map((name) => `${place}: receiver ${name}: is there twice`);
}

function routeProblems(
  one: Config['route'],
  isRoot: boolean,
  receivers: Config['receivers'],
): string[] {
  const name = `${place}: route ${one.matchers?.join(', ') ?? 'of everything else'}`;
  const isKnown =
    one.receiver === undefined || receivers.some((other) => other.name === one.receiver);
  return [
    ...(isKnown ? [] : [`${name}: no receiver is called '${one.receiver}'`]),
    ...problemsAt(name, isRoot ? rootRoute : route, one),
  ];
}

/** Alertmanager says nothing about a template file that is not there: it publishes its own default text. */
function templateProblems({
  template_files,
  alertmanager_config,
}: AlertmanagerDefinition): string[] {
  const { templates, receivers } = alertmanager_config;
  const defined = templates.flatMap((file) => names(template_files[file] ?? '', 'define'));
  const everyText = [...Object.values(template_files), ...textsIn(receivers)].join('\n');
  const used = new Set(names(everyText, 'template'));
  return [
    ...Object.entries(template_files).flatMap(([file, text]) => {
      const problem = templateProblem(text, notificationTemplates);
      return problem === undefined ? [] : [`${place}: template file ${file}: ${problem}`];
    }),
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

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function tooMany(what: string, count: number, most: number): string[] {
  return count <= most ? [] : [`${place}: AMP takes at most ${most} ${what}, got ${count}`];
}

function problemsAt(where: string, schema: z.ZodType, value: unknown): string[] {
  return schemaProblems('', schema, value).map(
    (line) => `${where}: ${line.replace(/^[.: ]+/, '')}`,
  );
}

function allRoutes(one: Config['route']): Config['route'][] {
  return [one, ...(one.routes ?? []).flatMap(allRoutes)];
}
