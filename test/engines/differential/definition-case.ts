import {
  type AlertmanagerConfig,
  type AlertmanagerDefinition,
  alertmanagerDefinition,
} from '../../../lib/alerting/alertmanager';
import { type Case, type Row, type Verdict, verdict } from './case';

export const definitionEngines = ['amtool 0.28', 'Cortex'] as const;

export type DefinitionEngine = (typeof definitionEngines)[number];

export type DefinitionCase = Case<AlertmanagerDefinition, DefinitionEngine>;

export type DefinitionRow = Row<AlertmanagerDefinition, DefinitionEngine>;

export const arn = 'arn:aws:sns:eu-west-1:111111111111:alerts';
const arns = { critical: arn, warning: arn, info: arn };

/** A definition that everybody takes. */
export const rightDefinition = alertmanagerDefinition(
  { messages: arns, email: arns, heartbeat: arn },
  'eu-west-1',
);
const { template_files, alertmanager_config: config } = rightDefinition;
const sns = { topic_arn: arn, sigv4: { region: 'eu-west-1' }, subject: 'a', message: 'b' };
export const secret = {
  secret_arn: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:a',
  secret_key: 'key',
};
export const [inhibition] = config.inhibit_rules;
export const route = {
  ...config.route,
  receiver: 'critical',
  matchers: ['severity = "critical"'],
  routes: [],
};

// What is refused does not fit our types.
export const withConfig = (change: object): AlertmanagerDefinition => ({
  template_files,
  alertmanager_config: { ...config, ...change } as AlertmanagerConfig,
});
export const withReceiver = (receiver: object) =>
  withConfig({ receivers: [...config.receivers, { name: 'team', ...receiver }] });
export const withSns = (change: object) => withReceiver({ sns_configs: [{ ...sns, ...change }] });
export const withPagerDuty = (change: object) => withReceiver({ pagerduty_configs: [change] });
export const withRoot = (change: object) => withConfig({ route: { ...config.route, ...change } });
export const withRoute = (change: object) =>
  withRoot({ routes: [...(config.route.routes ?? []), { ...route, ...change }] });
export const withInhibition = (change: object) =>
  withConfig({ inhibit_rules: [{ ...inhibition, ...change }] });
export const withTemplate = (text: string, file = 'team.tmpl'): AlertmanagerDefinition => ({
  template_files: { ...template_files, [file]: text },
  alertmanager_config: { ...config, templates: [...config.templates, file] },
});

const engines = (amtool: Verdict, cortex: Verdict): DefinitionCase['engines'] => ({
  'amtool 0.28': amtool,
  Cortex: cortex,
});
export const accepted = engines('accepts', 'accepts');
export const both = (words: string) => engines(verdict(words), verdict(words));
export const amtool = (words: string) => engines(verdict(words), 'accepts');
export const cortex = (words: string) => engines('accepts', verdict(words));

export const notAsked = engines('is not asked', 'is not asked');

export const limit = "a limit of AMP's control plane, which no engine has";
export const utf8 = 'Alertmanager 0.28 reads UTF-8 names, Cortex does not';
