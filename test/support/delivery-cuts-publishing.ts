import { type Cut, encrypting, refused, topic } from './delivery-cuts';
import {
  without,
  withoutStatement,
  withProperties,
  withStatement,
  withWords,
} from './template-edits';

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

const samplesRefused = refused(
  'alerting: key DataKey: a user of AMP',
  ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKey', 'kms:Decrypt'],
  'workspace Workspace',
);

/** Between the alert manager and its topics. */
export const publishing: Cut[] = [
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
    [withWords('prod-alerting: Ruleshost', '"Workspace"', '"Other"')],
    ['prod-alerting: rulegroupsnamespace Ruleshost: no template has its workspace'],
  ],
  [
    'a receiver tells channels of no resolve',
    [
      withWords(
        'prod-alerting: Workspace',
        'region: eu-west-1',
        'region: eu-west-1\\n          send_resolved: false',
      ),
    ],
    ['critical', 'warning', 'info', 'heartbeat'].map(
      (name) =>
        `prod-alerting: workspace Workspace: receiver ${name} does not tell a channel that an alert is over`,
    ),
  ],
  [
    'the key of the samples lets nobody use AMP',
    [withoutStatement('prod-alerting: DataKey', 'kms:ViaService')],
    samplesRefused,
  ],
  [
    'the key of the samples is for AMP elsewhere',
    [withWords('prod-alerting: DataKey', 'aps.eu-west-1', 'aps.us-east-1')],
    samplesRefused,
  ],
  [
    'the key of the samples is not ours',
    [withProperties('prod-alerting: Workspace', { KmsKeyArn: 'arn:x' })],
    ['prod-alerting: workspace Workspace: no template has its key "arn:x"'],
  ],
];
