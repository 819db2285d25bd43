import { type Cut, idsOf } from './delivery-cuts';
import { withCondition, withCopy, withProperties, withResource, withWords } from './template-edits';

const queueId = idsOf('AWS::SQS::Queue').find((id) => id.startsWith('SlackQueue'));
const queueProblem = (problem: string) => `prod-notifications: queue SlackQueue: ${problem}`;
const deadLetterProblem = (problem: string) =>
  `prod-notifications: queue SlackDeadLetters: ${problem}`;

/** Settings of topics, queues and keys that no grant shows. */
export const misset: Cut[] = [
  [
    'a topic is FIFO, in words, and takes little',
    [
      withProperties('prod-alerting: TopicsCriticalEmail', {
        FifoTopic: 'true',
        MaximumMessageSize: 1024,
      }),
    ],
    [
      'is FIFO, and AMP publishes to standard topics only',
      'refuses the largest messages that AMP may send',
    ].map((problem) => `prod-alerting: topic TopicsCriticalEmail: ${problem}`),
  ],
  [
    'a topic has two policies',
    [withCopy('prod-alerting: TopicsCriticalEmailPolicy')],
    ['prod-alerting: topic TopicsCriticalEmail: has 2 policies, and AWS keeps the last one only'],
  ],
  [
    'a queue has two policies',
    [withCopy('prod-notifications: SlackQueuePolicy')],
    [queueProblem('has 2 policies, and AWS keeps the last one only')],
  ],
  [
    'a queue has a second policy of another kind',
    [
      withResource('prod-notifications', {
        Type: 'AWS::SQS::QueueInlinePolicy',
        Properties: {
          Queue: { Ref: queueId },
          PolicyDocument: { Statement: [] },
        },
      }),
    ],
    [queueProblem('has 2 policies, and AWS keeps the last one only')],
  ],
  [
    'a dead-letter queue is FIFO',
    [withProperties('prod-notifications: SlackDeadLetters', { FifoQueue: true })],
    [deadLetterProblem('is FIFO, and the topics and queues before it are not')],
  ],
  [
    'a queue takes little',
    [withProperties('prod-notifications: SlackQueue', { MaximumMessageSize: 262_143 })],
    [queueProblem('refuses the largest messages that AMP may send')],
  ],
  [
    'a dead-letter queue forgets',
    [withProperties('prod-notifications: SlackDeadLetters', { MessageRetentionPeriod: 86_399 })],
    [deadLetterProblem('forgets messages within a day')],
  ],
  [
    'a queue holds back',
    [withProperties('prod-notifications: SlackQueue', { DelaySeconds: 60 })],
    [queueProblem('holds messages back for a minute or more')],
  ],
  [
    'a queue gives up early',
    [withWords('prod-notifications: SlackQueue', '"maxReceiveCount":100', '"maxReceiveCount":9')],
    [queueProblem('gives messages up before ten attempts')],
  ],
  [
    'a key is off',
    [withProperties('prod-notifications: OperationsKey', { Enabled: false })],
    ['prod-notifications: key OperationsKey: is switched off'],
  ],
  ...[{ KeySpec: 'RSA_2048' }, { KeyUsage: 'SIGN_VERIFY' }].map(
    (properties): Cut => [
      `a key is ${Object.values(properties)}`,
      [withProperties('prod-notifications: QueueKey', properties)],
      ['prod-notifications: key QueueKey: is not one that services can encrypt with'],
    ],
  ),
  [
    'a key is empty',
    [withProperties('prod-notifications: QueueKey', { Origin: 'EXTERNAL' })],
    ['prod-notifications: key QueueKey: has no material until somebody imports it'],
  ],
  [
    'a subscription may not exist',
    [withCondition('prod-notifications: SlackCriticalSubscription', 'IsLarge')],
    [
      'prod-notifications: subscription SlackCriticalSubscription: exists only if IsLarge, which the delivery proof cannot decide',
    ],
  ],
];
