import {
  type AlertmanagerConfig,
  type AlertmanagerDefinition,
  alertmanagerDefinition,
} from '../../lib/alerting/alertmanager';
import { definitionProblems } from '../../lib/alerting/definition-check';

const arn = 'arn:aws:sns:eu-west-1:111111111111:alerts';
const arns = { critical: arn, warning: arn, info: arn };
const definition = alertmanagerDefinition(
  { messages: arns, email: arns, heartbeat: arn },
  'eu-west-1',
);
const config = definition.alertmanager_config;
const [critical] = config.receivers;
const [sns] = critical?.sns_configs ?? [];

// What AMP refuses does not fit our types, and neither would what somebody adds by hand.
const withConfig = (change: object): AlertmanagerDefinition => ({
  ...definition,
  alertmanager_config: { ...config, ...change } as AlertmanagerConfig,
});
const withReceiver = (receiver: object) =>
  withConfig({ receivers: [...config.receivers, { name: 'team', ...receiver }] });
const withSns = (change: object) => withReceiver({ sns_configs: [{ ...sns, ...change }] });
const withRoute = (change: object) => withConfig({ route: { ...config.route, ...change } });
const place = 'lib/alerting/alertmanager.ts: ';

describe('definitionProblems', () => {
  test('has nothing to say about our own definition', () => {
    expect(definitionProblems(definition)).toEqual([]);
  });

  test.each([
    [
      'a receiver that AMP does not know',
      withReceiver({ slack_configs: [] }),
      'receiver team: AMP knows only sns_configs and pagerduty_configs, got slack_configs',
    ],
    [
      'no region',
      withSns({ sigv4: {} }),
      'receiver team.sns_configs[0].sigv4.region must be there, because AMP requires it, got nothing',
    ],
    [
      'no signature',
      withSns({ sigv4: undefined }),
      'receiver team.sns_configs[0].sigv4 must be there with a region, because AMP requires it, got nothing',
    ],
    [
      'an address for SNS',
      withSns({ api_url: 'http://127.0.0.1' }),
      'receiver team.sns_configs[0].api_url must be left out, because AMP makes the connection itself, got "http://127.0.0.1"',
    ],
    [
      'settings for the connection to SNS',
      withSns({ http_config: {} }),
      'receiver team.sns_configs[0].http_config must be left out, because AMP makes the connection itself, got {}',
    ],
    [
      'a FIFO topic',
      withSns({ topic_arn: `${arn}.fifo` }),
      `receiver team.sns_configs[0].topic_arn must be a standard topic, because AMP cannot publish to a FIFO one, got "${arn}.fifo"`,
    ],
    [
      'an address for PagerDuty',
      withReceiver({ pagerduty_configs: [{ url: 'http://127.0.0.1' }] }),
      'receiver team.pagerduty_configs[0].url must be left out, because AMP makes the connection itself, got "http://127.0.0.1"',
    ],
    [
      'a key in a file',
      withReceiver({ pagerduty_configs: [{ routing_key_file: '/key' }] }),
      'receiver team.pagerduty_configs[0].routing_key_file must be left out; AMP takes routing_key.aws_secrets_manager, got "/key"',
    ],
    [
      'a repetition after more than five days',
      withRoute({ repeat_interval: '5d1s' }),
      "route of everything else: repeat_interval must be a duration of at most 5d, got '5d1s'",
    ],
    [
      'a repetition after no duration',
      withRoute({ routes: [{ ...config.route, matchers: ['a = "b"'], repeat_interval: 'often' }] }),
      'route a = "b": repeat_interval must be a duration of at most 5d, got \'often\'',
    ],
    [
      'a route to nobody',
      withRoute({ receiver: 'team' }),
      "route of everything else: no receiver is called 'team'",
    ],
    [
      'more than 100 routes',
      withRoute({ routes: Array(100).fill({ ...config.route, routes: [] }) }),
      'AMP takes at most 100 routes, got 101',
    ],
    [
      'more than 100 inhibitions',
      withConfig({ inhibit_rules: Array(101).fill(config.inhibit_rules[0]) }),
      'AMP takes at most 100 inhibitions, got 101',
    ],
    [
      'more than 100 templates',
      {
        ...definition,
        template_files: {
          ...definition.template_files,
          ...Object.fromEntries(Array.from({ length: 98 }, (_, index) => [`${index}.tmpl`, ''])),
        },
      },
      'AMP takes at most 100 templates, got 101',
    ],
    [
      'a template file that is not there',
      withConfig({ templates: [...config.templates, 'slack.tmpl'] }),
      "no template file is called 'slack.tmpl'",
    ],
    [
      'a template that nothing defines',
      withSns({ message: '{{ template "slack" . }}' }),
      "no listed template file defines 'slack'",
    ],
    [
      'a template that another one needs and nothing defines',
      {
        ...definition,
        template_files: {
          ...definition.template_files,
          'links.tmpl': '{{define "link.runbooks"}}{{end}}',
        },
      },
      "no listed template file defines 'link.dashboards'",
    ],
  ])('names %s', (_, wrong, problem) => {
    expect(definitionProblems(wrong)).toEqual([`${place}${problem}`]);
  });

  test('counts the bytes of the whole definition', () => {
    const template_files = { ...definition.template_files, 'links.tmpl': 'ž'.repeat(500_000) };

    const problems = definitionProblems({ ...definition, template_files });

    expect(problems.at(-1)).toMatch(/AMP takes at most 1000000 bytes, got 10\d{5}$/);
  });

  test('names everything at once', () => {
    const problems = definitionProblems(
      withConfig({
        receivers: [
          ...config.receivers,
          { name: 'team', slack_configs: [], sns_configs: [{ ...sns, api_url: 'a', sigv4: {} }] },
        ],
        route: { ...config.route, receiver: 'nobody', repeat_interval: '6d' },
      }),
    );

    expect(problems).toHaveLength(5);
  });
});
