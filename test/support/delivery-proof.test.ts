import { environments } from '../../bin/environments';
import { missingGrants } from './delivery-proof';
import {
  type Edit,
  edited,
  without,
  withoutStatement,
  withProperties,
  withStatement,
  withWords,
} from './template-edits';
import { synthesizedTemplates } from './templates';

type Cut = [what: string, edits: Edit[], problems: string[]];

const prod = synthesizedTemplates({ prod: environments.prod });
const idsOf = (type: string) =>
  Object.entries(prod['prod-notifications']?.Resources ?? {})
    .filter(([, { Type }]) => Type === type)
    .map(([id]) => id);
const alarms = idsOf('AWS::CloudWatch::Alarm').map((id) => `alarm ${id.slice(0, -8)}`);
const [queueKeyId] = idsOf('AWS::KMS::Key');

const refused = (who: string, actions: readonly string[], behalf: string) =>
  actions.map((action) => `prod-${who} may not ${action} for ${behalf}`);
const encrypting = ['kms:GenerateDataKey', 'kms:Decrypt'];

const topic = 'topic TopicsCriticalMessages';
const notPublished = refused(
  `alerting: ${topic}: aps.amazonaws.com`,
  ['sns:Publish', 'sns:GetTopicAttributes'],
  'workspace Workspace',
);
const notEncrypted = refused(
  'alerting: key TopicKey: aps.amazonaws.com',
  encrypting,
  'workspace Workspace',
);

const publishing: Cut[] = [
  [
    'a topic does not let AMP publish',
    [withoutStatement('prod-alerting: TopicsCriticalMessagesPolicy', 'aps.amazonaws.com')],
    notPublished,
  ],
  [
    'a topic lets only another workspace publish',
    [withWords('prod-alerting: TopicsCriticalMessagesPolicy', '"Workspace"', '"Other"')],
    notPublished,
  ],
  [
    'a topic lets only another account publish',
    [withWords('prod-alerting: TopicsCriticalMessagesPolicy', '"222222222222"', '"1"')],
    notPublished,
  ],
  [
    'a topic denies what it also allows',
    [
      withStatement('prod-alerting: TopicsCriticalMessagesPolicy', {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:*',
        Resource: '*',
      }),
    ],
    notPublished,
  ],
  ['a topic has no policy', [without('prod-alerting: TopicsCriticalMessagesPolicy')], notPublished],
  [
    'the key of the topics does not let AMP encrypt',
    [withoutStatement('prod-alerting: TopicKey', 'aps.amazonaws.com')],
    notEncrypted,
  ],
  [
    'the key of the topics asks AMP for a condition that it is not known to meet',
    [
      withoutStatement('prod-alerting: TopicKey', 'aps.amazonaws.com'),
      withStatement('prod-alerting: TopicKey', {
        Effect: 'Allow',
        Principal: { Service: 'aps.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } },
      }),
    ],
    notEncrypted,
  ],
  [
    'a topic is encrypted with a key that is not ours',
    [withProperties('prod-alerting: TopicsHeartbeat', { KmsMasterKeyId: 'alias/aws/sns' })],
    ['prod-alerting: topic TopicsHeartbeat: no template has its key "alias/aws/sns"'],
  ],
  [
    'a receiver signs for another region',
    [withWords('prod-alerting: Workspace', 'region: eu-west-1', 'region: us-east-1')],
    ['critical', 'warning', 'info', 'heartbeat'].map(
      (name) => `prod-alerting: workspace Workspace: receiver ${name} signs for another region`,
    ),
  ],
  [
    'a route leads to no receiver',
    [withWords('prod-alerting: Workspace', '- receiver: warning', '- receiver: wrong')],
    ['prod-alerting: workspace Workspace: routes to receiver wrong, which it does not have'],
  ],
  [
    'the workspace has no definition',
    [withProperties('prod-alerting: Workspace', { AlertManagerDefinition: undefined })],
    ['prod-alerting: workspace Workspace: has no alert manager definition'],
  ],
  [
    'the workspace writes its log where it may not',
    [withProperties('prod-alerting: Logs', { LogGroupName: '/amp' })],
    [
      'prod-alerting: workspace Workspace: may not write its log to arn:aws:logs:eu-west-1:222222222222:log-group:/amp:*',
    ],
  ],
  [
    'rules are loaded into a workspace that is not ours',
    [withWords('prod-alerting: Rulespipeline', '"Workspace"', '"Other"')],
    ['prod-alerting: rulegroupsnamespace Rulespipeline: no template has its workspace'],
  ],
];

const sqsProblem = (queue: string, on = topic) =>
  `prod-notifications: queue ${queue}: sns.amazonaws.com may not sqs:SendMessage for ${on}`;

const subscribing: Cut[] = [
  [
    'a queue does not take messages of a topic',
    [withoutStatement('prod-notifications: SlackQueuePolicy', 'CriticalMessages')],
    [sqsProblem('SlackQueue')],
  ],
  [
    'a queue takes messages of another topic only',
    [withWords('prod-notifications: SlackQueuePolicy', 'TopicsHeartbeat', 'TopicsOther')],
    [sqsProblem('SlackQueue', 'topic TopicsHeartbeat')],
  ],
  [
    'a redrive queue does not take messages of its topic',
    [withoutStatement('prod-notifications: SlackCriticalRedrivePolicy', 'sns.amazonaws.com')],
    [sqsProblem('SlackCriticalRedrive')],
  ],
  [
    'the key of the queues does not let SNS encrypt',
    [withoutStatement('prod-notifications: QueueKey', 'CriticalMessages')],
    refused('notifications: key QueueKey: sns.amazonaws.com', encrypting, topic),
  ],
  [
    'a queue is encrypted with a key that is not ours',
    [withProperties('prod-notifications: SlackDeadLetters', { KmsMasterKeyId: 'alias/aws/sqs' })],
    ['prod-notifications: queue SlackDeadLetters: no template has its key "alias/aws/sqs"'],
  ],
  [
    'a subscription has no redrive queue',
    [withProperties('prod-notifications: SlackInfoSubscription', { RedrivePolicy: undefined })],
    [
      'prod-notifications: subscription SlackInfoSubscription: has no redrive queue, so what SNS cannot deliver is lost',
    ],
  ],
  [
    'a subscription filters',
    [withProperties('prod-notifications: SlackInfoSubscription', { FilterPolicy: { a: ['b'] } })],
    ['prod-notifications: subscription SlackInfoSubscription: its filter drops alerts'],
  ],
  [
    'a subscription leads elsewhere',
    [withProperties('prod-notifications: SlackInfoSubscription', { Endpoint: 'arn:aws:sqs:x' })],
    ['prod-notifications: subscription SlackInfoSubscription: no template has its queue'],
  ],
  [
    'a subscription uses a protocol with other grants',
    [withProperties('prod-notifications: SlackInfoSubscription', { Protocol: 'lambda' })],
    [
      'prod-notifications: subscription SlackInfoSubscription: protocol lambda is not known to the delivery proof',
    ],
  ],
  [
    'a severity has lost its only subscription',
    [without('prod-notifications: SlackWarningSubscription')],
    ['prod-alerting: workspace Workspace: nobody hears receiver warning'],
  ],
  [
    'a topic is gone',
    [without('prod-alerting: TopicsCriticalEmail')],
    [
      'prod-alerting: workspace Workspace: publishes to <prod-alerting TopicsCriticalEmail89736684>, which no template has',
      'prod-notifications: subscription CriticalEmailoncallexamplecom: no template has its topic',
    ],
  ],
];

const roleProblem = (action: string, on: string) =>
  `prod-notifications: role SlackRole: it may not ${action} for ${on}`;

const consuming: Cut[] = [
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
];

const operations = 'topic Operations';

const watching: Cut[] = [
  [
    'the operations topic does not let alarms publish',
    [withoutStatement('prod-notifications: OperationsPolicy', 'cloudwatch.amazonaws.com')],
    alarms.flatMap((alarm) =>
      refused(`notifications: ${operations}: cloudwatch.amazonaws.com`, ['sns:Publish'], alarm),
    ),
  ],
  [
    'the key of the operations topic does not let alarms encrypt',
    [withoutStatement('prod-notifications: QueueKey', 'cloudwatch.amazonaws.com')],
    alarms.flatMap((alarm) =>
      refused('notifications: key QueueKey: cloudwatch.amazonaws.com', encrypting, alarm),
    ),
  ],
  [
    'nobody hears the operations topic',
    [
      without('prod-notifications: Operationsplatformexamplecom'),
      without('prod-notifications: Operationsoncallexamplecom'),
    ],
    alarms.map((alarm) => `prod-notifications: ${alarm}: nobody hears ${operations}`),
  ],
  [
    'an alarm tells nobody',
    [
      withProperties('prod-notifications: PipeHeartbeatAlarm', {
        ActionsEnabled: false,
        AlarmActions: undefined,
        OKActions: [],
      }),
    ],
    [
      'its actions are switched off',
      'tells nobody when it starts',
      'tells nobody when it is over',
    ].map((problem) => `prod-notifications: alarm PipeHeartbeatAlarm: ${problem}`),
  ],
  [
    'no alarm looks at a dead-letter queue',
    [without('prod-notifications: SlackDeadLettersAlarm')],
    ['prod-notifications: queue SlackDeadLetters: no alarm tells that a message lies in it'],
  ],
  [
    'no alarm looks at a redrive queue',
    [without('prod-notifications: SlackCriticalRedriveAlarm')],
    ['prod-notifications: queue SlackCriticalRedrive: no alarm tells that a message lies in it'],
  ],
  [
    'a log group has a key that CloudWatch may not use',
    [withProperties('prod-notifications: SlackLogs', { KmsKeyId: { Ref: queueKeyId } })],
    refused(
      'notifications: key QueueKey: logs.eu-west-1.amazonaws.com',
      encrypting,
      'loggroup SlackLogs',
    ),
  ],
];

describe('missingGrants', () => {
  test.each([...publishing, ...subscribing, ...consuming, ...watching])(
    'tells that %s, and nothing else',
    (_, edits, problems) => {
      const found = missingGrants(edited(prod, edits), environments.prod);

      expect(found.sort()).toEqual([...problems].sort());
    },
  );

  test('tells that there is nothing to prove', () => {
    expect(missingGrants({}, environments.prod)).toEqual(['no template has a workspace']);
  });
});
