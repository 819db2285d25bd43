import { Fn, Stack } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { environments } from '../../bin/environments';
import {
  type AlertTopics,
  alertmanagerDefinition,
  definitionYaml,
} from '../../lib/alerting/alertmanager';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { ruleFiles } from '../../lib/alerting/rule-files';
import { type Severity, severities } from '../../lib/severity';

const arns = (kind: string) =>
  Object.fromEntries(
    severities.map((severity) => [
      severity,
      `arn:aws:sns:eu-west-1:111111111111:${severity}-${kind}`,
    ]),
  ) as Record<Severity, string>;
const topics: AlertTopics = {
  messages: arns('messages'),
  email: arns('email'),
  heartbeat: 'arn:aws:sns:eu-west-1:111111111111:heartbeat',
};
const definition = alertmanagerDefinition(topics, 'eu-west-1');
const { receivers, route, inhibit_rules } = definition.alertmanager_config;

describe('alertmanagerDefinition', () => {
  test.each(severities)('publishes %s once for machines and once for people', (severity) => {
    const receiver = receivers.find(({ name }) => name === severity);

    expect(receiver?.sns_configs).toEqual([
      {
        topic_arn: topics.messages[severity],
        sigv4: { region: 'eu-west-1' },
        subject: '{{ template "subject" . }}',
        message: '{{ template "message" . }}',
      },
      {
        topic_arn: topics.email[severity],
        sigv4: { region: 'eu-west-1' },
        subject: '{{ template "subject" . }}',
        message: '{{ template "email" . }}',
      },
    ]);
  });

  test('publishes the heartbeat to its topic alone', () => {
    const receiver = receivers.find(({ name }) => name === 'heartbeat');

    expect(receiver?.sns_configs.map((config) => config.topic_arn)).toEqual([topics.heartbeat]);
  });

  test('repeats the heartbeat more often than its group is looked at', () => {
    const heartbeat = route.routes?.find(({ receiver }) => receiver === 'heartbeat');

    expect(heartbeat).toMatchObject({ group_interval: '1m', repeat_interval: '50s' });
  });

  test('mutes other jobs only when no job at all answers', () => {
    // An alert about a queue has no job: several may look at it.
    const subjects = ['job', 'queue'];
    const everywhere = inhibit_rules.filter(
      ({ equal }) => !subjects.some((one) => equal.includes(one)),
    );

    expect(new Set(everywhere.map((rule) => rule.source_matchers[0]))).toEqual(
      new Set(['alertname = "CollectorAbsent"']),
    );
  });

  test('mutes by alerts that exist', () => {
    const rules = [
      ...ruleFiles('rules').map(({ text }) => text),
      inventoryRules(environments.prod.targets),
    ];
    const existing = [...rules.join('\n').matchAll(/alert: (\w+)/g)].map(([, name]) => name);

    const named = inhibit_rules
      .flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])
      .flatMap((matcher) => /^alertname =~? "(.+)"$/.exec(matcher)?.[1]?.split('|') ?? []);

    expect(named.length).toBeGreaterThan(0);
    expect(existing).toEqual(expect.arrayContaining(named));
  });

  test('never mutes an error rate by the name of another alert', () => {
    const targets = inhibit_rules.slice(1).flatMap((rule) => rule.target_matchers);

    expect(targets.join()).not.toContain('HttpErrorRateHigh');
  });

  test('leads the links of an e-mail to the bases given', () => {
    const links = { runbooks: 'https://wiki.example.com/', grafana: 'https://g.example.com' };

    const { template_files } = alertmanagerDefinition(topics, 'eu-west-1', links);

    expect(template_files['links.tmpl']).toBe(
      [
        '{{ define "link.runbooks" }}https://wiki.example.com/{{ end }}',
        '{{ define "link.dashboards" }}https://g.example.com/d/{{ end }}\n',
      ].join('\n'),
    );
  });
});

describe('definitionYaml', () => {
  test('holds the configuration as a block of text, as AMP wants it', () => {
    const text = definitionYaml(definition);

    const { template_files, alertmanager_config } = parse(text);
    expect(text).toMatch(/^alertmanager_config: \|$/m);
    expect(template_files).toEqual(definition.template_files);
    expect(parse(alertmanager_config)).toEqual(definition.alertmanager_config);
  });

  test('keeps the tokens of CDK whole', () => {
    const stack = new Stack();
    const heartbeat = Fn.importValue('Heartbeat'.repeat(30));

    const text = definitionYaml(alertmanagerDefinition({ ...topics, heartbeat }, 'eu-west-1'));

    const [before = '', token, after = ''] = stack.resolve(text)['Fn::Join'][1];
    expect(token).toEqual({ 'Fn::ImportValue': 'Heartbeat'.repeat(30) });
    expect(parse(parse(`${before}${topics.heartbeat}${after}`).alertmanager_config)).toEqual(
      definition.alertmanager_config,
    );
  });
});
