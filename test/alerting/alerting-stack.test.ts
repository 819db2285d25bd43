import { App, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { parse } from 'yaml';
import { environments } from '../../bin/environments';
import { AlertingStack } from '../../lib/alerting/alerting-stack';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { foundRuleFiles } from '../../lib/alerting/rule-files';
import { appContext } from '../../lib/context';
import type { Environment } from '../../lib/environment';

const { prod } = environments;

function alerting(environment: Environment = prod) {
  const app = new App({ context: appContext() });
  const { account, region } = environment;
  const stage = new Stage(app, 'prod', { env: { account, region } });
  return new AlertingStack(stage, 'alerting', { environmentName: 'prod', environment });
}

const stack = alerting();
const template = Template.fromStack(stack);
const logicalId = (element: { node: { defaultChild?: unknown } }) =>
  stack.getLogicalId(element.node.defaultChild as never);
const idsOf = (type: string) => Object.keys(template.findResources(type));
const topics = [
  ...Object.values(stack.topics.messages),
  ...Object.values(stack.topics.email),
  stack.heartbeatTopic,
];

describe('AlertingStack', () => {
  test('is called after its environment and cannot be deleted by accident', () => {
    expect(stack.stackName).toBe('prod-alerting');
    expect(stack.terminationProtection).toBe(true);
  });

  test('keeps samples as long as the environment says, and looks back as far as late samples may be', () => {
    template.hasResourceProperties('AWS::APS::Workspace', {
      Alias: 'spheroseg-prod',
      KmsKeyArn: { 'Fn::GetAtt': [logicalId(stack.dataKey), 'Arn'] },
      WorkspaceConfiguration: {
        RetentionPeriodInDays: 400,
        OutOfOrderTimeWindowInSeconds: 30,
        RuleQueryOffsetInSeconds: 30,
      },
    });
  });

  test('logs what rules and alert manager complain about, and expensive queries', () => {
    const [logs, queryLogs] = idsOf('AWS::Logs::LogGroup');

    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/vendedlogs/prometheus/prod',
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/vendedlogs/prometheus/prod-queries',
    });
    template.hasResourceProperties('AWS::APS::Workspace', {
      LoggingConfiguration: { LogGroupArn: { 'Fn::GetAtt': [logs, 'Arn'] } },
      QueryLoggingConfiguration: {
        Destinations: [
          {
            CloudWatchLogs: { LogGroupArn: { 'Fn::GetAtt': [queryLogs, 'Arn'] } },
            Filters: { QspThreshold: 1_000_000 },
          },
        ],
      },
    });
  });

  test('publishes each severity to its own topics', () => {
    const definition = template.findResources('AWS::APS::Workspace').Workspace?.Properties
      .AlertManagerDefinition['Fn::Join'][1] as (string | { Ref: string })[];
    const text = definition.map((part) => (typeof part === 'string' ? part : part.Ref)).join('');

    const { receivers } = parse(parse(text).alertmanager_config);
    const reached = receivers.map(
      ({ name, sns_configs }: { name: string; sns_configs: { topic_arn: string }[] }) => [
        name,
        sns_configs.map((config) => config.topic_arn),
      ],
    );

    const { messages, email } = stack.topics;
    expect(Object.fromEntries(reached)).toEqual({
      critical: [logicalId(messages.critical), logicalId(email.critical)],
      warning: [logicalId(messages.warning), logicalId(email.warning)],
      info: [logicalId(messages.info), logicalId(email.info)],
      heartbeat: [logicalId(stack.heartbeatTopic)],
    });
  });

  test('leads the links of e-mails to the runbooks and dashboards of the environment', () => {
    const definition = JSON.stringify(template.findResources('AWS::APS::Workspace'));

    expect(definition).toContain(prod.links.runbooks);
    expect(definition).toContain(`${prod.links.grafana}/d/`);
  });

  test.each(topics.map((topic) => [logicalId(topic)]))(
    'lets this workspace alone publish to %s',
    (topic) => {
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        Topics: [{ Ref: topic }],
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Effect: 'Deny',
              Action: 'sns:Publish',
              Resource: { Ref: topic },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
            Match.objectLike({
              Effect: 'Allow',
              Principal: { Service: 'aps.amazonaws.com' },
              Action: ['sns:GetTopicAttributes', 'sns:Publish'],
              Resource: { Ref: topic },
              Condition: {
                ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Workspace', 'Arn'] } },
                StringEquals: { 'aws:SourceAccount': prod.account },
              },
            }),
          ],
        },
      });
    },
  );

  test('encrypts every topic with the key of the topics', () => {
    template.allResourcesProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [logicalId(stack.topicKey), 'Arn'] },
    });
    expect(topics).toHaveLength(7);
    template.resourceCountIs('AWS::SNS::Topic', 7);
  });

  test('lets the alert manager use the key of the topics, without a condition', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      Description: 'Alert topics of prod',
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { Service: 'aps.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
          },
        ]),
      },
    });
  });

  test('lets users of the workspace use the key of the samples through it', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      Description: 'Samples of prod',
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { AWS: '*' },
            Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
            Condition: {
              StringEquals: {
                'kms:ViaService': 'aps.eu-west-1.amazonaws.com',
                'kms:CallerAccount': prod.account,
              },
            },
          }),
        ]),
      },
    });
  });

  test('uploads every rule file byte for byte, and the inventory of its targets', () => {
    const { files } = foundRuleFiles('rules');

    const uploaded = Object.values(template.findResources('AWS::APS::RuleGroupsNamespace'));

    expect(uploaded.map(({ Properties: { Name, Data } }) => [Name, Data])).toEqual([
      ...files.map(({ name, text }) => [name, text]),
      ['inventory', inventoryRules(prod.targets)],
    ]);
    expect(uploaded.map(({ Properties }) => Properties.Workspace)).toEqual(
      uploaded.map(() => ({ 'Fn::GetAtt': ['Workspace', 'Arn'] })),
    );
  });

  test('uploads a rule as the environment overrides it, and every other one as it is', () => {
    const description = 'Less than 10 % of {{ $labels.device }} is available.';
    const lowered = { threshold: 0.1, annotations: { description } };
    const changed = Template.fromStack(
      alerting({ ...prod, alerts: { HostDiskSpaceLow: lowered } }),
    ).findResources('AWS::APS::RuleGroupsNamespace');

    const shipped = template.findResources('AWS::APS::RuleGroupsNamespace');
    const data = (resources: typeof shipped, id: string) => resources[id]?.Properties.Data;
    const ids = Object.keys(shipped).filter((id) => data(changed, id) !== data(shipped, id));
    const lines = (text: string) => text.split('\n').map((line) => line.trim());
    const host = lines(data(shipped, ids[0] ?? ''));

    expect(ids.map((id) => shipped[id]?.Properties.Name)).toEqual(['host']);
    expect(lines(data(changed, ids[0] ?? '')).filter((line) => !host.includes(line))).toEqual([
      '# environments.prod.alerts.HostDiskSpaceLow: threshold 0.1 (was 0.15), annotations.description',
      'expr: instance_mountpoint:node_filesystem_avail:ratio < 0.1',
      `description: '${description}'`,
    ]);
  });

  test('uploads one namespace after the other, and the first when all topics can be published to', () => {
    const [first, ...others] = Object.values(
      template.findResources('AWS::APS::RuleGroupsNamespace'),
    );

    const ids = idsOf('AWS::APS::RuleGroupsNamespace');
    expect(first?.DependsOn).toEqual(expect.arrayContaining(idsOf('AWS::SNS::TopicPolicy')));
    expect(others.map(({ DependsOn }) => DependsOn)).toEqual(ids.slice(0, -1).map((id) => [id]));
  });

  test.each(['AWS::APS::Workspace', 'AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::Logs::LogGroup'])(
    'keeps each %s for ever, except one whose first create failed',
    (type) => {
      template.allResources(type, {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
    },
  );

  test('refuses generated rules that AMP would refuse, and names where they come from', () => {
    const [target] = prod.targets;
    const targets = Array.from({ length: 2000 }, (_, index) => ({ ...target, job: `j${index}` }));

    expect(() => alerting({ ...prod, targets })).toThrow(/^rules: AMP takes at most 2000 rules/);
  });
});
