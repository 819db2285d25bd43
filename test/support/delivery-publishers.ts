import {
  find,
  findings,
  keyOf,
  keyProblems,
  label,
  nameOf,
  ofType,
  serviceProblems,
} from './delivery-grants';
import { isDefault } from './delivery-settings';
import type { Deployment, Resource } from './deployment';

/** Everything that keeps an alarm from telling the operators. */
export function alarmProblems(deployed: Deployment, alarm: Resource): string[] {
  const {
    ActionsEnabled,
    AlarmActions = [],
    OKActions = [],
  } = alarm.properties as {
    ActionsEnabled?: unknown;
    AlarmActions?: readonly string[];
    OKActions?: readonly string[];
  };
  const topics = [...new Set([...AlarmActions, ...OKActions])];
  return [
    ...findings(alarm, {
      'its actions are switched off': !isDefault(ActionsEnabled, true),
      'tells nobody when it starts': AlarmActions.length === 0,
      'tells nobody when it is over': OKActions.length === 0,
    }),
    ...topics.flatMap((arn) => publishProblems(deployed, alarm, arn)),
    ...topics
      .filter((arn) => subscriptionsOf(deployed, arn).length === 0)
      .map((arn) => `${label(alarm)}: nobody hears ${topicName(deployed, arn)}`),
  ];
}

/** CloudWatch Logs must reach the key of every log group that has one. */
export function logGroupProblems(deployed: Deployment, group: Resource): string[] {
  const key = keyOf(deployed, group);
  if (key === undefined) return [];
  if (typeof key === 'string') return [`${label(group)}: ${key}`];
  return keyProblems(key, {
    service: `logs.${deployed.region}.amazonaws.com`,
    behalf: nameOf(group),
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    context: { 'kms:EncryptionContext:aws:logs:arn': group.arn.replace(/:\*$/, '') },
  });
}

interface Publisher {
  readonly service: string;
  readonly actions: readonly string[];
  /** Whether the service is known to tell KMS for which resource it acts. */
  readonly isNamedToKms: boolean;
}

const publishers: Readonly<Record<string, Publisher>> = {
  // The guide shows the statement of the key without a condition, so none is known to hold:
  // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-AMPpermission.html
  'AWS::APS::Workspace': {
    service: 'aps.amazonaws.com',
    actions: ['sns:Publish', 'sns:GetTopicAttributes'],
    isNamedToKms: false,
  },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
  'AWS::CloudWatch::Alarm': {
    service: 'cloudwatch.amazonaws.com',
    actions: ['sns:Publish'],
    isNamedToKms: true,
  },
};

/** Everything that keeps a workspace or an alarm from publishing to a topic. */
export function publishProblems(
  deployed: Deployment,
  source: Resource,
  topicArn: string,
): string[] {
  const topic = find(deployed, 'AWS::SNS::Topic', topicArn);
  if (topic === undefined) {
    return [`${label(source)}: publishes to ${topicArn}, which no template has`];
  }
  const { service, actions, isNamedToKms } = publishers[source.type] as Publisher;
  const context = { 'aws:SourceArn': source.arn, 'aws:SourceAccount': deployed.account };
  const caller = { service, behalf: nameOf(source), context };
  return serviceProblems(deployed, topic, caller, actions, isNamedToKms ? context : {});
}

/** Who listens to a topic. */
export function subscriptionsOf(deployed: Deployment, topicArn: string): Resource[] {
  return ofType(deployed, 'AWS::SNS::Subscription').filter(
    ({ properties }) => properties.TopicArn === topicArn,
  );
}

function topicName(deployed: Deployment, arn: string): string {
  const topic = find(deployed, 'AWS::SNS::Topic', arn);
  return topic === undefined ? arn : nameOf(topic);
}
