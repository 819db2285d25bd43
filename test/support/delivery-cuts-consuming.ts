import { type Cut, idsOf } from './delivery-cuts';
import {
  without,
  withoutStatement,
  withProperties,
  withResource,
  withStatement,
  withWords,
} from './template-edits';

const roleProblem = (action: string, on: string) =>
  `prod-notifications: role SlackRole: it may not ${action} for ${on}`;

const roleId = idsOf('AWS::IAM::Role').find((id) => id.startsWith('SlackRole'));

const denied = (AWS: string, Action: string) => ({
  Effect: 'Deny',
  Principal: { AWS },
  Action,
  Resource: '*',
});

/** Between a queue and its channel. */
export const consuming: Cut[] = [
  [
    'a role may not read its queue',
    [withoutStatement('prod-notifications: SlackRoleDefaultPolicy', 'sqs:ReceiveMessage')],
    ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'ChangeMessageVisibility'].map(
      (action) => roleProblem(`sqs:${action}`, 'queue SlackQueue'),
    ),
  ],
  [
    'a role may not decrypt its messages',
    [
      withProperties('prod-notifications: SlackSecret', { KmsKeyId: undefined }),
      withoutStatement('prod-notifications: SlackRoleDefaultPolicy', 'kms:Decrypt'),
    ],
    [roleProblem('kms:Decrypt', 'key QueueKey')],
  ],
  [
    'a role may not decrypt its secret',
    [
      withProperties('prod-notifications: SlackQueue', { KmsMasterKeyId: undefined }),
      withoutStatement('prod-notifications: SlackRoleDefaultPolicy', 'kms:Decrypt'),
    ],
    [roleProblem('kms:Decrypt', 'key QueueKey')],
  ],
  [
    'a mapping leads to a function that is not ours',
    [without('prod-notifications: SlackFunction')],
    ['prod-notifications: eventsourcemapping SlackFunctionQueue: no template has its function'],
  ],
  [
    'the key does not trust the roles of its account',
    [withoutStatement('prod-notifications: QueueKey', ':root')],
    [
      roleProblem('kms:Decrypt', 'key QueueKey'),
      roleProblem('kms:Decrypt', 'key QueueKey').replace('Slack', 'Pagerduty'),
    ],
  ],
  [
    'a role may not read its secret',
    [withoutStatement('prod-notifications: SlackRoleDefaultPolicy', 'GetSecretValue')],
    [roleProblem('secretsmanager:GetSecretValue', 'secret SlackSecret')],
  ],
  [
    'a role may read the secret of another channel only',
    [withWords('prod-notifications: SlackRoleDefaultPolicy', 'SlackSecret', 'PagerdutySecret')],
    [roleProblem('secretsmanager:GetSecretValue', 'secret SlackSecret')],
  ],
  [
    'a role may not write its log',
    [withoutStatement('prod-notifications: SlackRoleDefaultPolicy', 'logs:PutLogEvents')],
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
      roleProblem(action, 'loggroup SlackLogs'),
    ),
  ],
  [
    'a role is not for functions',
    [withWords('prod-notifications: SlackRole', 'lambda.amazonaws.com', 'ec2.amazonaws.com')],
    ['prod-notifications: role SlackRole: lambda.amazonaws.com may not sts:AssumeRole for it'],
  ],
  [
    'a function looks for a secret that nobody made',
    [withWords('prod-notifications: SlackFunction', 'spheroseg/prod/slack', 'slack')],
    ['prod-notifications: function SlackFunction: no template has the secret "slack"'],
  ],
  [
    'a function puts messages off in the wrong queue',
    [withWords('prod-notifications: SlackFunction', 'SlackQueue', 'PagerdutyQueue')],
    ['prod-notifications: function SlackFunction: QUEUE_URL is not the URL of queue SlackQueue'],
  ],
  [
    'nothing reads a queue',
    [without('prod-notifications: SlackFunctionQueue')],
    ['prod-notifications: queue SlackQueue: no function reads it'],
  ],
  [
    'a mapping is off, drops and deletes',
    [
      withProperties('prod-notifications: SlackFunctionQueue', {
        Enabled: false,
        FilterCriteria: { Filters: [] },
        FunctionResponseTypes: undefined,
      }),
    ],
    [
      'is switched off',
      'deletes what its filter leaves out',
      'deletes messages that the function reports as failed',
    ].map((problem) => `prod-notifications: eventsourcemapping SlackFunctionQueue: ${problem}`),
  ],
  [
    'messages come back too soon',
    [withProperties('prod-notifications: SlackQueue', { VisibilityTimeout: 20 })],
    [
      'prod-notifications: queue SlackQueue: its messages come back while function SlackFunction still works on them',
    ],
  ],
  [
    'a queue has no dead-letter queue',
    [withProperties('prod-notifications: SlackQueue', { RedrivePolicy: undefined })],
    ['prod-notifications: queue SlackQueue: what it gives up goes to no dead-letter queue'],
  ],
  [
    'a dead-letter queue takes nothing',
    [
      withProperties('prod-notifications: SlackDeadLetters', {
        RedriveAllowPolicy: { redrivePermission: 'denyAll' },
      }),
    ],
    ['prod-notifications: queue SlackDeadLetters: does not take what queue SlackQueue gives up'],
  ],
  ...['222222222222', 'arn:aws:iam::222222222222:root'].map(
    (account): Cut => [
      `${account} is denied what its role is allowed`,
      [withStatement('prod-notifications: SlackQueuePolicy', denied(account, 'sqs:DeleteMessage'))],
      [roleProblem('sqs:DeleteMessage', 'queue SlackQueue')],
    ],
  ),
  [
    'a secret has a policy of its own that denies',
    [
      withResource('prod-notifications', {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: {
          SecretId: 'spheroseg/prod/slack',
          ResourcePolicy: { Statement: [denied('*', 'secretsmanager:*')] },
        },
      }),
    ],
    [roleProblem('secretsmanager:GetSecretValue', 'secret SlackSecret')],
  ],
  [
    'a role has one more policy that denies',
    [
      withResource('prod-notifications', {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: roleId },
          PolicyDocument: {
            Statement: [{ Effect: 'Deny', Action: 'sqs:DeleteMessage', Resource: '*' }],
          },
        },
      }),
    ],
    [roleProblem('sqs:DeleteMessage', 'queue SlackQueue')],
  ],
  [
    'a role may be less than its policies say',
    [
      withProperties('prod-notifications: SlackRole', {
        PermissionsBoundary: 'arn:aws:iam::222222222222:policy/boundary',
        ManagedPolicyArns: ['arn:aws:iam::222222222222:policy/more'],
      }),
    ],
    ['permissions boundary is', 'managed policies are'].map(
      (what) => `prod-notifications: role SlackRole: its ${what} not known to the delivery proof`,
    ),
  ],
  [
    'a function never runs',
    [withProperties('prod-notifications: SlackFunction', { ReservedConcurrentExecutions: 0 })],
    ['prod-notifications: function SlackFunction: may never run'],
  ],
  [
    'a function runs something else somewhere else',
    [
      withProperties('prod-notifications: SlackFunction', {
        Code: { ZipFile: 'exports.handler = () => {}' },
        Handler: 'index.main',
        Runtime: undefined,
        VpcConfig: { SubnetIds: ['subnet-1'] },
      }),
    ],
    [
      'its code is no bundle',
      'its handler is not index.handler, as in the bundle',
      'its runtime is not nodejs24.x, for which the bundle is made',
      'is in a network whose ways out are not known to the delivery proof',
    ].map((problem) => `prod-notifications: function SlackFunction: ${problem}`),
  ],
  [
    'a mapping is off in words, and too narrow',
    [
      withProperties('prod-notifications: SlackFunctionQueue', {
        Enabled: 'false',
        ScalingConfig: { MaximumConcurrency: 1 },
      }),
    ],
    ['is switched off', 'asks for less concurrency than AWS accepts'].map(
      (problem) => `prod-notifications: eventsourcemapping SlackFunctionQueue: ${problem}`,
    ),
  ],
];
