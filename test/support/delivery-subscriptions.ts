import { consumerProblems } from './delivery-consumers';
import { find, label, nameOf, serviceProblems } from './delivery-grants';
import { depthProblems } from './delivery-watches';
import type { Deployment, Resource } from './deployment';

/** Everything that keeps what is published to a topic from reaching one of its subscribers. */
export function subscriptionProblems(deployed: Deployment, subscription: Resource): string[] {
  const { Endpoint, FilterPolicy, Protocol, TopicArn } = subscription.properties;
  const topic = find(deployed, 'AWS::SNS::Topic', TopicArn);
  if (topic === undefined) return [`${label(subscription)}: no template has its topic`];
  return [
    ...(FilterPolicy === undefined ? [] : [`${label(subscription)}: its filter drops alerts`]),
    ...(Protocol === 'sqs' ? queueProblems(deployed, topic, subscription, Endpoint) : []),
    // AWS delivers e-mail without any grant; everything else has edges that are not walked here.
    ...(Protocol === 'sqs' || Protocol === 'email'
      ? []
      : [`${label(subscription)}: protocol ${Protocol} is not known to the delivery proof`]),
  ];
}

function queueProblems(
  deployed: Deployment,
  topic: Resource,
  subscription: Resource,
  endpoint: unknown,
): string[] {
  const queue = find(deployed, 'AWS::SQS::Queue', endpoint);
  if (queue === undefined) return [`${label(subscription)}: no template has its queue`];
  const { deadLetterTargetArn } = (subscription.properties.RedrivePolicy ?? {}) as {
    deadLetterTargetArn?: unknown;
  };
  const redrive = find(deployed, 'AWS::SQS::Queue', deadLetterTargetArn);
  return [
    ...sendProblems(deployed, topic, queue),
    ...consumerProblems(deployed, queue),
    ...(redrive === undefined
      ? [`${label(subscription)}: has no redrive queue, so what SNS cannot deliver is lost`]
      : [...sendProblems(deployed, topic, redrive), ...depthProblems(deployed, redrive)]),
  ];
}

// Only the topic's ARN is known to come with the call, to the queue as well as to its key.
function sendProblems(deployed: Deployment, topic: Resource, queue: Resource): string[] {
  const context = { 'aws:SourceArn': topic.arn };
  const caller = { service: 'sns.amazonaws.com', behalf: nameOf(topic), context };
  return serviceProblems(deployed, queue, caller, ['sqs:SendMessage'], context);
}
