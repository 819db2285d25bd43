import { channelBundling } from '../../lib/notifications/channel-settings';
import {
  find,
  findings,
  keyOf,
  label,
  nameOf,
  ofType,
  roleKeyProblems,
  roleProblems,
} from './delivery-grants';
import { isAtLeast, isDefault } from './delivery-settings';
import { depthProblems } from './delivery-watches';
import type { Deployment, Resource } from './deployment';
import { decision, type PolicyDocument } from './policy';

/** Everything that keeps a message from leaving a queue, through its function, for its channel. */
export function consumerProblems(deployed: Deployment, queue: Resource): string[] {
  const mappings = ofType(deployed, 'AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => properties.EventSourceArn === queue.arn,
  );
  return [
    ...(mappings.length === 0 ? [`${label(queue)}: no function reads it`] : []),
    ...mappings.flatMap((mapping) => mappingProblems(deployed, queue, mapping)),
    ...deadLetterProblems(deployed, queue),
  ];
}

function mappingProblems(deployed: Deployment, queue: Resource, mapping: Resource): string[] {
  const { Enabled, FilterCriteria, FunctionName, FunctionResponseTypes, ScalingConfig } =
    mapping.properties;
  const consumer = find(deployed, 'AWS::Lambda::Function', FunctionName);
  const reports = ((FunctionResponseTypes ?? []) as string[]).includes('ReportBatchItemFailures');
  const { MaximumConcurrency } = (ScalingConfig ?? {}) as { MaximumConcurrency?: unknown };
  return [
    ...findings(mapping, {
      'is switched off': !isDefault(Enabled, true),
      'deletes what its filter leaves out': FilterCriteria !== undefined,
      'deletes messages that the function reports as failed': !reports,
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-eventsourcemapping-scalingconfig.html
      'asks for less concurrency than AWS accepts': !isAtLeast(MaximumConcurrency, 2, 2),
      'no template has its function': consumer === undefined,
    }),
    ...(consumer === undefined ? [] : functionProblems(deployed, queue, consumer)),
  ];
}

function functionProblems(deployed: Deployment, queue: Resource, consumer: Resource): string[] {
  const { Environment, Role, Timeout } = consumer.properties;
  const { Variables: variables = {} } = (Environment ?? {}) as {
    Variables?: Readonly<Record<string, unknown>>;
  };
  const role = find(deployed, 'AWS::IAM::Role', Role);
  const visibility = queue.properties.VisibilityTimeout ?? 30;
  return [
    ...codeProblems(consumer),
    ...findings(consumer, {
      [`QUEUE_URL is not the URL of ${nameOf(queue)}`]: variables.QUEUE_URL !== queue.ref,
      'no template has its role': role === undefined,
    }),
    // Lambda refuses such a mapping, so the deployment would fail.
    ...findings(queue, {
      [`its messages come back while ${nameOf(consumer)} still works on them`]: !(
        Number(visibility) >= Number(Timeout ?? 3)
      ),
    }),
    ...(role === undefined
      ? []
      : [
          ...trustProblems(role),
          ...roleProblems(deployed, role, queue, queueActions),
          ...roleKeyProblems(deployed, role, queue, 'sqs'),
          ...logProblems(deployed, role, consumer),
          ...secretProblems(deployed, role, consumer, variables.SECRET_NAME),
        ]),
  ];
}

/** What keeps a function from running the bundle at all. */
function codeProblems(consumer: Resource): string[] {
  const { Code, Handler, ReservedConcurrentExecutions, Runtime, VpcConfig } = consumer.properties;
  const runtime = `${channelBundling.target.replace('node', 'nodejs')}.x`;
  return findings(consumer, {
    'may never run': !isAtLeast(ReservedConcurrentExecutions, 1, 1),
    'its handler is not index.handler, as in the bundle': Handler !== 'index.handler',
    [`its runtime is not ${runtime}, for which the bundle is made`]: Runtime !== runtime,
    'its code is no bundle': (Code as { S3Key?: unknown } | undefined)?.S3Key === undefined,
    'is in a network whose ways out are not known to the delivery proof': VpcConfig !== undefined,
  });
}

// The first three are Lambda's, the last is how the handler puts a message off.
const queueActions = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
];

function trustProblems(role: Resource): string[] {
  const trust = role.properties.AssumeRolePolicyDocument as PolicyDocument;
  const isTrusting = decision([trust], {
    principal: { service: 'lambda.amazonaws.com' },
    action: 'sts:AssumeRole',
    resource: role.arn,
    context: {},
  });
  const { ManagedPolicyArns, PermissionsBoundary } = role.properties;
  return findings(role, {
    'lambda.amazonaws.com may not sts:AssumeRole for it': isTrusting !== 'allowed',
    'its permissions boundary is not known to the delivery proof':
      PermissionsBoundary !== undefined,
    'its managed policies are not known to the delivery proof': ManagedPolicyArns !== undefined,
  });
}

// The metrics of the handler, and with them half of the alarms, are lines of its log.
function logProblems(deployed: Deployment, role: Resource, consumer: Resource): string[] {
  const { LogGroup } = (consumer.properties.LoggingConfig ?? {}) as { LogGroup?: unknown };
  const group = find(deployed, 'AWS::Logs::LogGroup', LogGroup);
  if (group === undefined) return [`${label(consumer)}: no template has its log group`];
  const stream = { ...group, arn: group.arn.replace(/\*$/, 'log-stream:any') };
  return roleProblems(deployed, role, stream, ['logs:CreateLogStream', 'logs:PutLogEvents']);
}

function secretProblems(
  deployed: Deployment,
  role: Resource,
  consumer: Resource,
  name: unknown,
): string[] {
  const secret = ofType(deployed, 'AWS::SecretsManager::Secret').find(
    ({ properties }) => properties.Name === name,
  );
  if (secret === undefined) {
    return [`${label(consumer)}: no template has the secret ${JSON.stringify(name)}`];
  }
  return [
    ...roleProblems(deployed, role, secret, ['secretsmanager:GetSecretValue']),
    ...roleKeyProblems(deployed, role, secret, 'secretsmanager'),
  ];
}

function deadLetterProblems(deployed: Deployment, queue: Resource): string[] {
  const { deadLetterTargetArn } = (queue.properties.RedrivePolicy ?? {}) as {
    deadLetterTargetArn?: unknown;
  };
  const target = find(deployed, 'AWS::SQS::Queue', deadLetterTargetArn);
  if (target === undefined)
    return [`${label(queue)}: what it gives up goes to no dead-letter queue`];
  const { redrivePermission, sourceQueueArns = [] } = (target.properties.RedriveAllowPolicy ??
    {}) as { redrivePermission?: string; sourceQueueArns?: string[] };
  const isRefused =
    redrivePermission === 'denyAll' ||
    (redrivePermission === 'byQueue' && !sourceQueueArns.includes(queue.arn));
  const key = keyOf(deployed, target);
  return [
    ...(isRefused ? [`${label(target)}: does not take what ${nameOf(queue)} gives up`] : []),
    ...(typeof key === 'string' ? [`${label(target)}: ${key}`] : []),
    ...depthProblems(deployed, target),
  ];
}
