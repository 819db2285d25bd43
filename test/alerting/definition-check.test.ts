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
const key = { aws_secrets_manager: { secret_arn: 'arn', secret_key: 'key' } };
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
      'route of everything else: repeat_interval must be a duration of at most 5d, and not 0, got "5d1s"',
    ],
    [
      'a repetition after no duration',
      withRoute({ routes: [{ ...config.route, matchers: ['a = "b"'], repeat_interval: 'often' }] }),
      'route a = "b": repeat_interval must be a duration of at most 5d, and not 0, got "often"',
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

  test.each([
    ['an unknown field', { title: 'a' }, " has no field 'title'"],
    ['no topic', { topic_arn: undefined }, '.topic_arn must be the ARN of a topic, got nothing'],
    [
      'another kind of sigv4',
      { sigv4: { regoin: 'a', region: 'b' } },
      ".sigv4 has no field 'regoin'",
    ],
  ])('names %s of SNS', (_, change, problem) => {
    expect(definitionProblems(withSns(change))).toEqual([
      expect.stringContaining(`receiver team.sns_configs[0]${problem}`),
    ]);
  });

  test.each([
    [
      'a key in the open',
      { routing_key: 'a' },
      /routing_key must be an aws_secrets_manager.* got "a"$/,
    ],
    ['no key', { description: 'a' }, /must have a routing_key or a service_key/],
    ['an unknown field', { service_key: key, images: [] }, /has no field 'images'$/],
  ])('names %s of PagerDuty', (_, change, problem) => {
    expect(definitionProblems(withReceiver({ pagerduty_configs: [change] }))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test('takes a PagerDuty receiver as AMP has it', () => {
    const pagerduty = { routing_key: key, description: '{{ .Status }}', details: { a: 'b' } };

    expect(definitionProblems(withReceiver({ pagerduty_configs: [pagerduty] }))).toEqual([]);
  });

  test.each([
    [{ name: '' }, 'receiver .name must not be empty, got ""'],
    [{ name: 'critical' }, 'receiver critical: is there twice'],
  ])('names the receiver %j', (receiver, problem) => {
    expect(definitionProblems(withReceiver(receiver))).toEqual([`${place}${problem}`]);
  });

  test.each([
    [{ group_wait: '-1s' }, 'group_wait must be a duration such as 15s, got "-1s"'],
    [{ group_interval: '0s' }, 'group_interval must be a duration such as 2m, and not 0, got "0s"'],
    [
      { repeat_interval: '0s' },
      'repeat_interval must be a duration of at most 5d, and not 0, got "0s"',
    ],
    [{ group_by: ['a', 'a'] }, 'group_by must name each label once, got ["a","a"]'],
    [{ group_by: ['a-b'] }, 'group_by[0] must be the name of a label, got "a-b"'],
    [{ continue: true }, "has no field 'continue'"],
    [{ receiver: undefined }, 'receiver must be the name of a receiver, got nothing'],
  ])('names the route %j', (change, problem) => {
    expect(definitionProblems(withRoute(change))).toEqual([
      `${place}route of everything else: ${problem}`,
    ]);
  });

  test('names matchers of the root', () => {
    expect(definitionProblems(withRoute({ matchers: ['a = "b"'] }))).toEqual([
      `${place}route a = "b": matchers must be left out: the root route is about every alert, got ["a = \\"b\\""]`,
    ]);
  });

  test.each(['a = "b"', 'a!="b"', 'a =~ "b|c"', 'a !~ "\\"b\\""'])(
    'takes the matcher %s',
    (matcher) => {
      const routes = [{ ...config.route, routes: [], matchers: [matcher] }];

      expect(definitionProblems(withRoute({ routes }))).toEqual([]);
    },
  );

  test.each([
    ['a == "b"', 'matchers[0] must be label = "value", got "a == \\"b\\""'],
    ['a = b', 'matchers[0] must be label = "value", got "a = b"'],
    ['a-b = "c"', 'matchers[0] must be label = "value", got "a-b = \\"c\\""'],
    ['a = "b"c"', 'matchers[0] must be label = "value", got "a = \\"b\\"c\\""'],
    ['a =~ "("', "matchers[0]: '(' is no regular expression"],
  ])('refuses the matcher %s', (matcher, problem) => {
    const routes = [{ ...config.route, routes: [], matchers: [matcher] }];

    expect(definitionProblems(withRoute({ routes }))).toEqual([
      `${place}route ${matcher}: ${problem}`,
    ]);
  });

  test.each([
    [
      { source_matchers: [] },
      'source_matchers must not be empty, or it is about every alert, got []',
    ],
    [{ target_matchers: ['a'] }, 'target_matchers[0] must be label = "value", got "a"'],
    [{ equal: ['a-b'] }, 'equal[0] must be the name of a label, got "a-b"'],
    [{ sources: [] }, "has no field 'sources'"],
  ])('names the inhibition %j', (change, problem) => {
    const inhibit_rules = [{ ...config.inhibit_rules[0], ...change }];

    expect(definitionProblems(withConfig({ inhibit_rules }))).toEqual([
      `${place}inhibition 1: ${problem}`,
    ]);
  });

  test('names a field that the configuration does not have', () => {
    expect(definitionProblems(withConfig({ global: {} }))).toEqual([
      `${place}the configuration: has no field 'global'`,
    ]);
  });

  test('names what is wrong in a template file, and in a text of a receiver', () => {
    const template_files = { ...definition.template_files, 'links.tmpl': '{{ define "a" }}' };

    expect(definitionProblems({ ...definition, template_files })).toContain(
      `${place}template file links.tmpl: '{{ define "a" }}' is not closed by '{{ end }}'`,
    );
    expect(definitionProblems(withSns({ subject: '{{ .Status | humanize }}' }))).toEqual([
      `${place}receiver team: '{{ .Status | humanize }}' uses the function 'humanize', which is unknown there`,
    ]);
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
