/** As much of a CloudFormation template as the references between resources need. */
interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Condition?: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value?: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** Where the templates are deployed. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A resource as it would be after the deployment: names and ARNs in place of references. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The name of the condition without which it does not exist at all. */
  readonly condition?: string;
  readonly ref: string;
  readonly arn: string;
  /** The name that metrics and roles know it by. */
  readonly name: string;
}

/** All stacks of one environment after their deployment. */
export interface Deployment extends Place {
  readonly resources: readonly Resource[];
}

type Identity = Pick<Resource, 'name' | 'ref' | 'arn'>;
type Identities = ReadonlyMap<string, Identity>;

/** Stands for what only a real deployment could know; equal to nothing that a grant names. */
const unknown = (what: string) => `<${what}>`;

export function deployment(
  templates: Readonly<Record<string, Template>>,
  place: Place,
): Deployment {
  const identities = new Map(
    Object.entries(templates).map(([stack, template]) => [
      stack,
      identitiesIn(stack, template, place),
    ]),
  );
  const scopeOf = (stack: string): Scope => ({
    stack,
    place,
    identities: identities.get(stack) ?? new Map(),
    imported: (name) => exported(name) ?? unknown(`import ${name}`),
  });
  const exported = (name: string) => {
    for (const [stack, { Outputs = {} }] of Object.entries(templates)) {
      const output = Object.values(Outputs).find(
        ({ Export }) => Export !== undefined && resolved(Export.Name, scopeOf(stack)) === name,
      );
      if (output !== undefined) return resolved(output.Value, scopeOf(stack));
    }
    return undefined;
  };
  const resources = Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(([logicalId, { Type, Condition, Properties = {} }]) => ({
      stack,
      logicalId,
      type: Type,
      ...(Condition === undefined ? {} : { condition: Condition }),
      properties: resolved(Properties, scopeOf(stack)) as Record<string, unknown>,
      ...(identities.get(stack)?.get(logicalId) as Identity),
    })),
  );
  return { ...place, resources };
}

function identitiesIn(stack: string, { Resources }: Template, place: Place): Identities {
  return new Map(
    Object.entries(Resources).map(([logicalId, { Type, Properties = {} }]) => {
      const given = nameProperties.map((property) => Properties[property]);
      const literal = given.find((name) => typeof name === 'string') as string | undefined;
      const name = literal ?? `${stack}-${logicalId}`;
      return [logicalId, { name, ...addressOf(Type, name, place) }];
    }),
  );
}

const nameProperties = [
  'TopicName',
  'QueueName',
  'FunctionName',
  'RoleName',
  'LogGroupName',
  'AlarmName',
  'Name',
];

/** What `Ref` and the ARN of a resource look like, by type. */
function addressOf(type: string, name: string, { account, region }: Place) {
  const arn = (service: string, rest: string) =>
    `arn:aws:${service}:${service === 'iam' ? '' : region}:${account}:${rest}`;
  const byRef = (value: string) => ({ ref: value, arn: value });
  const byName = (value: string) => ({ ref: name, arn: value });
  switch (type) {
    case 'AWS::SNS::Topic':
      return byRef(arn('sns', name));
    case 'AWS::SQS::Queue':
      return {
        ref: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
        arn: arn('sqs', name),
      };
    case 'AWS::KMS::Key':
      return byName(arn('kms', `key/${name}`));
    case 'AWS::APS::Workspace':
      return byRef(arn('aps', `workspace/ws-${name}`));
    case 'AWS::SecretsManager::Secret':
      return byRef(arn('secretsmanager', `secret:${name}-AbCdEf`));
    case 'AWS::Lambda::Function':
      return byName(arn('lambda', `function:${name}`));
    case 'AWS::IAM::Role':
      return byName(arn('iam', `role/${name}`));
    case 'AWS::Logs::LogGroup':
      return byName(arn('logs', `log-group:${name}:*`));
    case 'AWS::CloudWatch::Alarm':
      return byName(arn('cloudwatch', `alarm:${name}`));
    default:
      return byName(unknown(`arn of ${name}`));
  }
}

interface Scope {
  readonly stack: string;
  readonly place: Place;
  readonly identities: Identities;
  readonly imported: (name: string) => unknown;
}

function resolved(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, scope));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (name === 'Ref' || name?.startsWith('Fn::')) return intrinsic(name, argument, scope);
  return Object.fromEntries(entries.map(([key, one]) => [key, resolved(one, scope)]));
}

function intrinsic(name: string, argument: unknown, scope: Scope): unknown {
  const value = name === 'Fn::GetAtt' ? argument : resolved(argument, scope);
  switch (name) {
    case 'Ref':
      return reference(value as string, scope);
    case 'Fn::GetAtt':
      return attribute(value as [string, string] | string, scope);
    case 'Fn::ImportValue':
      return scope.imported(value as string);
    case 'Fn::Join':
      return (value as [string, string[]])[1].join((value as [string, string[]])[0]);
    case 'Fn::Split':
      return (value as [string, string])[1].split((value as [string, string])[0]);
    case 'Fn::Select':
      return (value as [number, unknown[]])[1][Number((value as [number, unknown[]])[0])];
    case 'Fn::Sub':
      return typeof value === 'string'
        ? value.replaceAll(/\$\{([^}!]+)\}/g, (_, inner: string) => substituted(inner, scope))
        : unknown(name);
    default:
      return unknown(name);
  }
}

function substituted(text: string, scope: Scope): string {
  return text.includes('.') ? attribute(text, scope) : reference(text, scope);
}

function reference(name: string, { stack, place, identities }: Scope): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': place.account,
    'AWS::Region': place.region,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
  };
  return pseudo[name] ?? identities.get(name)?.ref ?? unknown(`${stack} ${name}`);
}

function attribute(argument: readonly [string, string] | string, scope: Scope): string {
  const [id = '', name = ''] = typeof argument === 'string' ? argument.split('.') : argument;
  const identity = scope.identities.get(id);
  if (identity === undefined) return unknown(`${scope.stack} ${id}.${name}`);
  if (name === 'Arn' || name === 'TopicArn') return identity.arn;
  if (name === 'QueueName' || name === 'TopicName') return identity.name;
  return unknown(`${scope.stack} ${id}.${name}`);
}
