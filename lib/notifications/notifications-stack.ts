import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Environment } from '../environment.js';
import { pascalCase } from '../pascal-case.js';
import { type Severity, severities } from '../severity.js';
import { ChannelFunction } from './channel-function.js';
import { channelWatches } from './channel-watches.js';
import { channelNames } from './channels.js';
import { OperationsTopic } from './operations-topic.js';
import { emailWatch, heartbeatTopicWatch, lossWatch, workspaceWatches } from './pipe-watches.js';
import type { Watch } from './watch.js';

export interface NotificationsStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** Where AMP publishes: JSON for the channels, readable text for e-mail. */
  readonly topics: Readonly<Record<'messages' | 'email', Readonly<Record<Severity, ITopic>>>>;
  /** Where AMP publishes the Watchdog alert every minute. */
  readonly heartbeatTopic: ITopic;
}

/** Carries alerts from the topics to people, and tells the operators when that way is broken. */
export class NotificationsStack extends Stack {
  constructor(scope: Construct, id: string, props: NotificationsStackProps) {
    super(scope, id, props);
    const { environmentName, environment, heartbeatTopic } = props;

    const key = new Key(this, 'QueueKey', {
      description: `Queues and channel secrets of ${environmentName}`,
      enableKeyRotation: true,
      // The secrets are retained, and cannot be read without it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const channels = deployedChannels(this, key, props);
    subscribeRecipients(this, props);
    const { topic } = new OperationsTopic(this, 'Operations', {
      environmentName,
      operators: environment.operators,
    });

    for (const channel of channels) raise(channel, topic, channelWatches(channel, environmentName));
    raise(new Construct(this, 'Pipe'), topic, [
      ...workspaceWatches(),
      heartbeatTopicWatch(heartbeatTopic),
      ...topicWatches(props),
    ]);
  }
}

function deployedChannels(
  scope: Construct,
  key: Key,
  { environmentName, environment, topics, heartbeatTopic }: NotificationsStackProps,
): ChannelFunction[] {
  return channelNames.flatMap((name) => {
    const heard = environment.channels[name];
    if (heard === undefined) return [];
    const { links } = environment;
    const channel = new ChannelFunction(scope, pascalCase(name), {
      channel: name,
      environmentName,
      links,
      key,
    });
    for (const severity of heard) {
      channel.subscribe(pascalCase(severity), topics.messages[severity]);
    }
    channel.subscribe('Heartbeat', heartbeatTopic);
    return [channel];
  });
}

function subscribeRecipients(stack: Stack, { environment, topics }: NotificationsStackProps): void {
  for (const severity of severities) {
    const scope = new Construct(stack, `${pascalCase(severity)}Email`);
    for (const endpoint of environment.email[severity] ?? []) {
      const topic = topics.email[severity];
      new Subscription(scope, endpoint, { topic, protocol: SubscriptionProtocol.EMAIL, endpoint });
    }
  }
}

function topicWatches({ environment, topics, heartbeatTopic }: NotificationsStackProps): Watch[] {
  const heard = new Set(Object.values(environment.channels).flat());
  const mailed = severities.filter((severity) => environment.email[severity]?.length);
  return [
    lossWatch('Heartbeat', heartbeatTopic),
    ...severities
      .filter((severity) => heard.has(severity))
      .map((severity) => lossWatch(pascalCase(severity), topics.messages[severity])),
    ...mailed.map((severity) => emailWatch(`${pascalCase(severity)}Email`, topics.email[severity])),
  ];
}

/** One alarm per watch, which tells the operators when it starts and when it is over. */
function raise(scope: Construct, operations: ITopic, watches: readonly Watch[]): void {
  const action = new SnsAction(operations);
  for (const { id, says, when } of watches) {
    const alarm = new Alarm(scope, `${id}Alarm`, { ...when, alarmDescription: says });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
