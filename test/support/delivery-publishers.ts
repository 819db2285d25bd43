import { receiversIn, routingOf, type SnsReceiver, topicsOf } from './alert-routes';
import {
  find,
  keyOf,
  keyProblems,
  label,
  nameOf,
  ofType,
  serviceProblems,
} from './delivery-grants';
import type { Deployment, Resource } from './deployment';
import { decision, type PolicyDocument } from './policy';

/** Everything that keeps the alert manager of a workspace from telling somebody. */
export function workspaceProblems(deployed: Deployment, workspace: Resource): string[] {
  const routing = routingOf(workspace);
  if (routing === undefined) return [`${label(workspace)}: has no alert manager definition`];
  const names = routing.receivers.map(({ name }) => name);
  return [
    ...receiversIn(routing.route)
      .filter((name) => !names.includes(name))
      .map((name) => `${label(workspace)}: routes to receiver ${name}, which it does not have`),
    ...routing.receivers.flatMap((receiver) => receiverProblems(deployed, workspace, receiver)),
    ...logGroupArns(workspace)
      .filter((arn) => vendedGroup(deployed, arn) === undefined)
      .map((arn) => `${label(workspace)}: may not write its log to ${arn}`),
  ];
}

/** A rule groups namespace whose workspace is not ours is evaluated nowhere. */
export function namespaceProblems(deployed: Deployment, namespace: Resource): string[] {
  return find(deployed, 'AWS::APS::Workspace', namespace.properties.Workspace) === undefined
    ? [`${label(namespace)}: no template has its workspace`]
    : [];
}

/** Everything that keeps an alarm from telling the operators. */
export function alarmProblems(deployed: Deployment, alarm: Resource): string[] {
  const {
    ActionsEnabled,
    AlarmActions = [],
    OKActions = [],
  } = alarm.properties as {
    ActionsEnabled?: boolean;
    AlarmActions?: readonly string[];
    OKActions?: readonly string[];
  };
  const topics = [...new Set([...AlarmActions, ...OKActions])];
  return [
    ...(ActionsEnabled === false ? [`${label(alarm)}: its actions are switched off`] : []),
    ...(AlarmActions.length === 0 ? [`${label(alarm)}: tells nobody when it starts`] : []),
    ...(OKActions.length === 0 ? [`${label(alarm)}: tells nobody when it is over`] : []),
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

function receiverProblems(
  deployed: Deployment,
  workspace: Resource,
  receiver: SnsReceiver,
): string[] {
  const topics = topicsOf(receiver);
  const isHeard = topics.some(
    (arn) => subscriptionsOf(deployed, arn).length > 0 || isCounted(deployed, arn),
  );
  const isForeign = receiver.sns_configs?.some(({ sigv4 }) => sigv4?.region !== deployed.region);
  return [
    ...(isHeard ? [] : [`${label(workspace)}: nobody hears receiver ${receiver.name}`]),
    ...(isForeign
      ? [`${label(workspace)}: receiver ${receiver.name} signs for another region`]
      : []),
    ...topics.flatMap((arn) => publishProblems(deployed, workspace, arn)),
  ];
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

function publishProblems(deployed: Deployment, source: Resource, topicArn: string): string[] {
  const topic = find(deployed, 'AWS::SNS::Topic', topicArn);
  if (topic === undefined) {
    return [`${label(source)}: publishes to ${topicArn}, which no template has`];
  }
  const { service, actions, isNamedToKms } = publishers[source.type] as Publisher;
  const context = { 'aws:SourceArn': source.arn, 'aws:SourceAccount': deployed.account };
  const caller = { service, behalf: nameOf(source), context };
  return serviceProblems(deployed, topic, caller, actions, isNamedToKms ? context : {});
}

function subscriptionsOf(deployed: Deployment, topicArn: string): Resource[] {
  return ofType(deployed, 'AWS::SNS::Subscription').filter(
    ({ properties }) => properties.TopicArn === topicArn,
  );
}

/** A topic may exist only so that an alarm counts what is published to it. */
function isCounted(deployed: Deployment, topicArn: string): boolean {
  const topic = find(deployed, 'AWS::SNS::Topic', topicArn);
  return ofType(deployed, 'AWS::CloudWatch::Alarm').some(({ properties }) => {
    const { MetricName, Dimensions = [] } = properties as {
      MetricName?: string;
      Dimensions?: readonly { Value: unknown }[];
    };
    const isOfTopic = Dimensions.some(({ Value }) => Value === topic?.name);
    return MetricName === 'NumberOfMessagesPublished' && isOfTopic;
  });
}

function topicName(deployed: Deployment, arn: string): string {
  const topic = find(deployed, 'AWS::SNS::Topic', arn);
  return topic === undefined ? arn : nameOf(topic);
}

function logGroupArns({ properties }: Resource): string[] {
  const { LoggingConfiguration, QueryLoggingConfiguration } = properties as {
    LoggingConfiguration?: { LogGroupArn: string };
    QueryLoggingConfiguration?: { Destinations: { CloudWatchLogs: { LogGroupArn: string } }[] };
  };
  return [
    ...(LoggingConfiguration === undefined ? [] : [LoggingConfiguration.LogGroupArn]),
    ...(QueryLoggingConfiguration?.Destinations ?? []).map((one) => one.CloudWatchLogs.LogGroupArn),
  ];
}

/**
 * The log group behind an ARN, if AMP may write to it: AWS grants that by itself under this prefix,
 * elsewhere a resource policy must. https://docs.aws.amazon.com/prometheus/latest/userguide/CW-logs.html
 */
function vendedGroup(deployed: Deployment, arn: string): Resource | undefined {
  const group = find(deployed, 'AWS::Logs::LogGroup', arn);
  const policies = ofType(deployed, 'AWS::Logs::ResourcePolicy').map(
    ({ properties }) => JSON.parse(String(properties.PolicyDocument)) as PolicyDocument,
  );
  const answer = decision(policies, {
    principal: { service: 'delivery.logs.amazonaws.com' },
    action: 'logs:PutLogEvents',
    resource: arn.replace(/\*$/, 'log-stream:any'),
    context: { 'aws:SourceAccount': deployed.account },
  });
  return group?.name.startsWith('/aws/vendedlogs/') || answer === 'allowed' ? group : undefined;
}
