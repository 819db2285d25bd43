import type { Deployment, Resource } from './deployment';
import { type AccessRequest, decision, type PolicyDocument } from './policy';

/** A service that acts for one of our resources, as policies see it. */
export interface ServiceCaller {
  readonly service: string;
  /** The resource it acts for, as a person would name it. */
  readonly behalf: string;
  readonly context: Readonly<Record<string, string>>;
}

/** `prod-notifications: queue SlackQueue`: a resource as a person finds it, without CDK's hash. */
export function label({ stack, logicalId, type }: Resource): string {
  return `${stack}: ${nameOf({ logicalId, type })}`;
}

export function nameOf({ logicalId, type }: Pick<Resource, 'logicalId' | 'type'>): string {
  const kind = type.split('::').at(-1) ?? type;
  return `${kind.toLowerCase()} ${logicalId.replace(/(?:[0-9A-F]{8})+$/, '')}`;
}

/** The resource behind an ARN or a `Ref`. */
export function find(deployed: Deployment, type: string, value: unknown): Resource | undefined {
  return deployed.resources.find(
    (one) => one.type === type && (one.arn === value || one.ref === value),
  );
}

export function ofType(deployed: Deployment, type: string): Resource[] {
  return deployed.resources.filter((one) => one.type === type);
}

/** What is wrong with a resource: those of the given sentences that are true. */
export function findings(place: Resource, sentences: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(sentences)
    .filter(([, isTrue]) => isTrue)
    .map(([text]) => `${label(place)}: ${text}`);
}

/** What a service may not do with a topic or queue, or with the key that encrypts it. */
export function serviceProblems(
  deployed: Deployment,
  target: Resource,
  caller: ServiceCaller,
  actions: readonly string[],
  keyContext: Readonly<Record<string, string>>,
): string[] {
  const { service, behalf, context } = caller;
  const request = {
    principal: { service },
    resource: target.arn,
    // Services reach SNS and SQS by HTTPS.
    context: { ...context, 'aws:SecureTransport': 'true' },
  };
  const refused = refusedActions(resourcePolicies(deployed, target), request, actions);
  const key = keyOf(deployed, target);
  return [
    ...sentence(label(target), service, refused, behalf),
    ...(typeof key === 'string' ? [`${label(target)}: ${key}`] : []),
    ...(typeof key === 'object' ? keyProblems(key, { service, behalf, context: keyContext }) : []),
  ];
}

// AWS asks for both of every service that writes to an encrypted topic or queue:
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
const writeActions = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** What a service may not do with a key. */
export function keyProblems(
  key: Resource,
  { service, behalf, context }: ServiceCaller,
  actions: readonly string[] = writeActions,
): string[] {
  const request = { principal: { service }, resource: key.arn, context };
  return sentence(label(key), service, refusedActions([keyPolicy(key)], request, actions), behalf);
}

/** What a role may not do with a resource of its own account. */
export function roleProblems(
  deployed: Deployment,
  role: Resource,
  target: Resource,
  actions: readonly string[],
): string[] {
  const request = { resource: target.arn, context: { 'aws:SecureTransport': 'true' } };
  const own = identityPolicies(deployed, role);
  const refused = actions.filter((action) => {
    const byRole = decision(own, { ...request, action });
    const byTarget = decision(resourcePolicies(deployed, target), {
      ...request,
      principal: { arn: role.arn },
      action,
    });
    return [byRole, byTarget].includes('denied') || ![byRole, byTarget].includes('allowed');
  });
  return sentence(label(role), 'it', refused, nameOf(target));
}

/** What a role may not do with the key of a resource: the key must trust the account, or name the role. */
export function roleKeyProblems(
  deployed: Deployment,
  role: Resource,
  encrypted: Resource,
  service: string,
): string[] {
  const key = keyOf(deployed, encrypted);
  if (key === undefined) return [];
  if (typeof key === 'string') return [`${label(encrypted)}: ${key}`];
  const { account, region } = deployed;
  const request = {
    action: 'kms:Decrypt',
    resource: key.arn,
    context: {
      'kms:ViaService': `${service}.${region}.amazonaws.com`,
      'kms:CallerAccount': account,
    },
  };
  const keyAnswer = (arn: string) => decision([keyPolicy(key)], { ...request, principal: { arn } });
  const roleAnswer = decision(identityPolicies(deployed, role), request);
  const isTrusted = keyAnswer(`arn:aws:iam::${account}:root`) === 'allowed';
  const isNamed = keyAnswer(role.arn) === 'allowed';
  const isDenied = keyAnswer(role.arn) === 'denied' || roleAnswer === 'denied';
  const isAllowed = !isDenied && (isNamed || (isTrusted && roleAnswer === 'allowed'));
  return isAllowed ? [] : sentence(label(role), 'it', ['kms:Decrypt'], nameOf(key));
}

// https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html
const workspaceActions = [
  'kms:DescribeKey',
  'kms:CreateGrant',
  'kms:GenerateDataKey',
  'kms:Decrypt',
];

/** What AMP may not do with the key of a workspace, for whoever creates or uses the workspace. */
export function workspaceKeyProblems(deployed: Deployment, workspace: Resource): string[] {
  const key = keyOf(deployed, workspace);
  if (key === undefined) return [];
  if (typeof key === 'string') return [`${label(workspace)}: ${key}`];
  const { account, region } = deployed;
  const request = {
    principal: { arn: `arn:aws:iam::${account}:role/any` },
    resource: key.arn,
    context: { 'kms:ViaService': `aps.${region}.amazonaws.com`, 'kms:CallerAccount': account },
  };
  const refused = refusedActions([keyPolicy(key)], request, workspaceActions);
  return sentence(label(key), 'a user of AMP', refused, nameOf(workspace));
}

/** The key that encrypts a resource; nothing if none does; words if it is out of our sight. */
export function keyOf(
  deployed: Deployment,
  { properties }: Resource,
): Resource | string | undefined {
  const value = properties.KmsMasterKeyId ?? properties.KmsKeyId ?? properties.KmsKeyArn;
  if (value === undefined) return undefined;
  return (
    find(deployed, 'AWS::KMS::Key', value) ?? `no template has its key ${JSON.stringify(value)}`
  );
}

function identityPolicies(deployed: Deployment, role: Resource): PolicyDocument[] {
  const inline = (role.properties.Policies ?? []) as { PolicyDocument: PolicyDocument }[];
  return [
    ...inline.map((one) => one.PolicyDocument),
    ...policiesOf(deployed, role, {
      'AWS::IAM::Policy': 'Roles',
      'AWS::IAM::ManagedPolicy': 'Roles',
      'AWS::IAM::RolePolicy': 'RoleName',
    }),
  ];
}

/** The policies on a topic, queue or secret. */
export function resourcePolicies(deployed: Deployment, target: Resource): PolicyDocument[] {
  return policiesOf(deployed, target, {
    'AWS::SNS::TopicPolicy': 'Topics',
    'AWS::SNS::TopicInlinePolicy': 'TopicArn',
    'AWS::SQS::QueuePolicy': 'Queues',
    'AWS::SQS::QueueInlinePolicy': 'Queue',
    'AWS::SecretsManager::ResourcePolicy': 'SecretId',
  });
}

/** The policies that name a resource, by their type and the property that names it. */
function policiesOf(
  deployed: Deployment,
  { ref, name }: Resource,
  kinds: Readonly<Record<string, string>>,
): PolicyDocument[] {
  return deployed.resources
    .filter(({ type, properties }) =>
      [properties[kinds[type] ?? '']].flat().some((one) => one === ref || one === name),
    )
    .map(
      ({ properties }) =>
        (properties.PolicyDocument ?? properties.ResourcePolicy) as PolicyDocument,
    );
}

function keyPolicy({ properties }: Resource): PolicyDocument {
  return properties.KeyPolicy as PolicyDocument;
}

function refusedActions(
  policies: readonly PolicyDocument[],
  request: Omit<AccessRequest, 'action'>,
  actions: readonly string[],
): string[] {
  return actions.filter((action) => decision(policies, { ...request, action }) !== 'allowed');
}

function sentence(
  place: string,
  who: string,
  actions: readonly string[],
  behalf: string,
): string[] {
  return actions.map((action) => `${place}: ${who} may not ${action} for ${behalf}`);
}
