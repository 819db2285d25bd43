import type { Account } from './account.js';
import { json, lambda, query, valuesIn } from './aws-calls.js';

/** One thing that exists in an account. */
export interface Content {
  /** CloudFormation's type. */
  readonly type: string;
  /** What CloudFormation knows it by. */
  readonly id: string;
  /** What it is to a person, the same in every account. */
  readonly title: string;
}

/** Everything that exists in an account, asked of the services and not of CloudFormation. */
export async function accountContents(account: Account): Promise<Content[]> {
  const lists = await Promise.all(listers.map((list) => list(account)));
  return lists.flat();
}

/** What is there and was not before. */
export function beyond(before: readonly Content[], now: readonly Content[]): string[] {
  const known = new Set(before.map(({ id }) => id));
  return titles(now.filter(({ id }) => !known.has(id)));
}

export function titles(contents: readonly Content[]): string[] {
  return contents.map(({ title }) => title).sort();
}

/** What CloudFormation says a stack is made of, but for parts of things that are listed as a whole. */
export async function stackResources({ emulator }: Account, StackName: string): Promise<string[]> {
  const call = { Action: 'DescribeStackResources', Version: '2010-05-15', StackName };
  const text = await query(emulator.url, 'cloudformation', call);
  const types = valuesIn(text, 'ResourceType');
  const ids = valuesIn(text, 'PhysicalResourceId');
  return types
    .map((type, index) => `${type} ${ids[index]}`)
    .filter((resource) => !/^(AWS::(IAM|SNS|SQS)::\w*Policy|Custom::MathAlarm) /.test(resource));
}

type Lister = (account: Account) => Promise<Content[]>;

const listers: readonly Lister[] = [
  async ({ amp }) =>
    amp.workspaces().flatMap(({ arn, properties, namespaces }) => [
      { type: 'Custom::APSWorkspace', id: arn, title: `workspace ${properties.Alias}` },
      ...[...namespaces.keys()].map((name) => ({
        type: 'Custom::APSRuleGroupsNamespace',
        id: `${arn.replace(':workspace/', ':rulegroupsnamespace/')}/${name}`,
        title: `rules ${name}`,
      })),
    ]),
  async ({ emulator }) => {
    const call = { Action: 'ListSubscriptions', Version: '2010-03-31' };
    const text = await query(emulator.url, 'sns', call);
    const [ids, topics, protocols, endpoints] = [
      'SubscriptionArn',
      'TopicArn',
      'Protocol',
      'Endpoint',
    ].map((tag) => valuesIn(text, tag));
    return (ids ?? []).map((id, index) => ({
      type: 'AWS::SNS::Subscription',
      id,
      title: `subscription of ${named(topics?.[index])}: ${protocols?.[index]} ${named(endpoints?.[index])}`,
    }));
  },
  xmlLister('AWS::SNS::Topic', 'sns', '2010-03-31', 'ListTopics', 'TopicArn'),
  xmlLister('AWS::SQS::Queue', 'sqs', '2012-11-05', 'ListQueues', 'QueueUrl'),
  xmlLister('AWS::CloudWatch::Alarm', 'monitoring', '2010-08-01', 'DescribeAlarms', 'AlarmName'),
  xmlLister('AWS::IAM::Role', 'iam', '2010-05-08', 'ListRoles', 'RoleName'),
  xmlLister('AWS::CloudFormation::Export', 'cloudformation', '2010-05-15', 'ListExports', 'Name'),
  async ({ emulator }) => {
    const target = 'Logs_20140328.DescribeLogGroups';
    const { logGroups } = await json<{ logGroups: { logGroupName: string }[] }>(
      emulator.url,
      'logs',
      target,
    );
    return logGroups.map(({ logGroupName }) => content('AWS::Logs::LogGroup', logGroupName));
  },
  async ({ emulator }) => {
    const target = 'secretsmanager.ListSecrets';
    const { SecretList } = await json<{ SecretList: { Name: string }[] }>(
      emulator.url,
      'secretsmanager',
      target,
    );
    return SecretList.map(({ Name }) => content('AWS::SecretsManager::Secret', Name));
  },
  async ({ emulator }) => {
    const { Functions } = await lambda<{ Functions: { FunctionName: string }[] }>(
      emulator.url,
      'functions/',
    );
    return Functions.map(({ FunctionName }) => content('AWS::Lambda::Function', FunctionName));
  },
  async ({ emulator }) => {
    const { EventSourceMappings } = await lambda<{
      EventSourceMappings: { UUID: string; EventSourceArn: string }[];
    }>(emulator.url, 'event-source-mappings/');
    return EventSourceMappings.map(({ UUID, EventSourceArn }) => ({
      type: 'AWS::Lambda::EventSourceMapping',
      id: UUID,
      title: `event source ${named(EventSourceArn)}`,
    }));
  },
  livingKeys,
];

/** A key whose deletion is scheduled is as good as gone: what it encrypted cannot be read. */
async function livingKeys({ emulator }: Account): Promise<Content[]> {
  const { Keys } = await json<{ Keys: { KeyId: string }[] }>(
    emulator.url,
    'kms',
    'TrentService.ListKeys',
  );
  const keys = await Promise.all(
    Keys.map(({ KeyId }) =>
      json<{ KeyMetadata: { KeyId: string; KeyState: string; Description: string } }>(
        emulator.url,
        'kms',
        'TrentService.DescribeKey',
        { KeyId },
      ),
    ),
  );
  return keys
    .filter(({ KeyMetadata }) => KeyMetadata.KeyState === 'Enabled')
    .map(({ KeyMetadata }) => ({
      type: 'AWS::KMS::Key',
      id: KeyMetadata.KeyId,
      title: `key ${KeyMetadata.Description}`,
    }));
}

function xmlLister(
  type: string,
  service: string,
  Version: string,
  Action: string,
  tag: string,
): Lister {
  return async ({ emulator }) => {
    const text = await query(emulator.url, service, { Action, Version });
    return valuesIn(text, tag).map((id) => content(type, id));
  };
}

function content(type: string, id: string): Content {
  const kind = (type.split('::').at(-1) ?? type).replace('LogGroup', 'log group').toLowerCase();
  return { type, id, title: `${kind} ${named(id)}` };
}

/** Without the place, the stack's name, the construct's hash and what CloudFormation appends. */
function named(id = ''): string {
  return id
    .replace(/^(arn:[^/]*:|http.*\/)/, '')
    .replace(/^\/aws\/cloudformation\/emulated-notifications\//, '')
    .replace(/^emulated-(alerting|notifications)-/, '')
    .replace(/-[0-9A-F]{13}$/, '')
    .replace(/[0-9A-F]{8}$/, '');
}
