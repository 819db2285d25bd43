import { receiversIn, routingOf, type SnsReceiver, topicsOf } from './alert-routes';
import { find, findings, label, ofType, workspaceKeyProblems } from './delivery-grants';
import { publishProblems, subscriptionsOf } from './delivery-publishers';
import { isDefault } from './delivery-settings';
import { watchdogProblems } from './delivery-watchdog';
import { silentTopicProblems } from './delivery-watches';
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
    ...watchdogProblems(deployed, workspace, routing),
    ...workspaceKeyProblems(deployed, workspace),
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

function receiverProblems(
  deployed: Deployment,
  workspace: Resource,
  receiver: SnsReceiver,
): string[] {
  const { name, sns_configs: configs = [] } = receiver;
  const topics = topicsOf(receiver);
  const isOfChannel = (arn: string) =>
    subscriptionsOf(deployed, arn).some(({ properties }) => properties.Protocol === 'sqs');
  return [
    ...findings(workspace, {
      [`nobody hears receiver ${name}`]: !topics.some(
        (arn) => subscriptionsOf(deployed, arn).length > 0 || isCounted(deployed, arn),
      ),
      [`receiver ${name} signs for another region`]: configs.some(
        ({ sigv4 }) => sigv4?.region !== deployed.region,
      ),
      [`receiver ${name} does not tell a channel that an alert is over`]: configs.some(
        ({ topic_arn, send_resolved }) => !isDefault(send_resolved, true) && isOfChannel(topic_arn),
      ),
    }),
    ...topics.flatMap((arn) => publishProblems(deployed, workspace, arn)),
  ];
}

/** A topic may exist only so that an alarm counts what is published to it. */
function isCounted(deployed: Deployment, arn: string): boolean {
  const topic = find(deployed, 'AWS::SNS::Topic', arn);
  return topic !== undefined && silentTopicProblems(deployed, topic).length === 0;
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
