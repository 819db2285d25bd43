import { type Cut, encrypting, refused, topic } from './delivery-cuts';
import { without, withoutStatement, withProperties, withWords } from './template-edits';

const sqsProblem = (queue: string, on = topic) =>
  `prod-notifications: queue ${queue}: sns.amazonaws.com may not sqs:SendMessage for ${on}`;

/** Between the topics and everybody who listens. */
export const subscribing: Cut[] = [
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
