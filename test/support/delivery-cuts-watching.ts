import { type Cut, encrypting, idsOf, refused } from './delivery-cuts';
import { type Edit, without, withoutStatement, withProperties, withWords } from './template-edits';

const operations = 'topic Operations';

const alarms = idsOf('AWS::CloudWatch::Alarm').map((id) => `alarm ${id.slice(0, -8)}`);
const queueKeyId = idsOf('AWS::KMS::Key').find((id) => id.startsWith('QueueKey'));

const notSeen = (queue: string) =>
  `prod-notifications: queue Slack${queue}: no alarm tells that a message lies in it`;
const notCounted =
  'prod-alerting: topic TopicsHeartbeat: no alarm tells that nothing is published to it';
const notHeard =
  'prod-notifications: function SlackFunction: no alarm tells that no Watchdog comes to it';
const watchdogProblem = (problem: string) => `prod-alerting: workspace Workspace: ${problem}`;

const blindAlarms: [what: string, properties: Record<string, unknown>][] = [
  ['never starts', { Threshold: 1 }],
  ['never ends', { Threshold: -1 }],
  ['starts when there is no message', { ComparisonOperator: 'LessThanOrEqualToThreshold' }],
  ['counts samples', { Statistic: 'SampleCount' }],
  ['looks for a day', { EvaluationPeriods: 1440 }],
];

const lostWatchdogs: [what: string, edit: Edit][] = [
  ['is gone', without('prod-alerting: Rulespipeline')],
  ['may stay silent', withWords('prod-alerting: Rulespipeline', 'vector(1)', 'vector(1) > 1')],
  [
    'waits',
    withWords(
      'prod-alerting: Rulespipeline',
      'expr: vector(1)',
      'expr: vector(1)\\n        for: 1y',
    ),
  ],
];

/** What is to tell that one of the ways is broken. */
export const watching: Cut[] = [
  [
    'the operations topic does not let alarms publish',
    [withoutStatement('prod-notifications: OperationsPolicy', 'cloudwatch.amazonaws.com')],
    alarms.flatMap((alarm) =>
      refused(`notifications: ${operations}: cloudwatch.amazonaws.com`, ['sns:Publish'], alarm),
    ),
  ],
  [
    'the key of the operations topic does not let alarms encrypt',
    [withoutStatement('prod-notifications: OperationsKey', 'cloudwatch.amazonaws.com')],
    alarms.flatMap((alarm) =>
      refused('notifications: key OperationsKey: cloudwatch.amazonaws.com', encrypting, alarm),
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
    [notSeen('DeadLetters')],
  ],
  [
    'no alarm looks at a redrive queue',
    [without('prod-notifications: SlackCriticalRedriveAlarm')],
    [notSeen('CriticalRedrive')],
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
  ...blindAlarms.map(
    ([what, properties]): Cut => [
      `the alarm of a dead-letter queue ${what}`,
      [withProperties('prod-notifications: SlackDeadLettersAlarm', properties)],
      [notSeen('DeadLetters')],
    ],
  ),
  [
    'the alarm of a dead-letter queue looks at a metric that does not exist',
    [
      withWords(
        'prod-notifications: SlackDeadLettersAlarm',
        '"Dimensions":[',
        '"Dimensions":[{"Name":"Region","Value":"eu-west-1"},',
      ),
    ],
    [notSeen('DeadLetters')],
  ],
  [
    'the actions of an alarm are switched off in words',
    [withProperties('prod-notifications: SlackDeadLettersAlarm', { ActionsEnabled: 'false' })],
    ['prod-notifications: alarm SlackDeadLettersAlarm: its actions are switched off'],
  ],
  [
    'no alarm counts what is published',
    [without('prod-notifications: PipeHeartbeatAlarm')],
    [notCounted],
  ],
  [
    'the alarm on what is published takes silence for peace',
    [withProperties('prod-notifications: PipeHeartbeatAlarm', { TreatMissingData: 'ignore' })],
    [notCounted],
  ],
  [
    'the alarm on what is published never ends',
    [withProperties('prod-notifications: PipeHeartbeatAlarm', { Threshold: 2 })],
    [notCounted],
  ],
  [
    'no alarm counts what comes to a function',
    [without('prod-notifications: SlackHeartbeatAlarm')],
    [notHeard],
  ],
  [
    'the alarm on what comes to a function takes silence for peace',
    [withProperties('prod-notifications: SlackHeartbeatAlarm', { TreatMissingData: undefined })],
    [notHeard],
  ],
  [
    'the alarm on what comes to a function looks at another channel',
    [withWords('prod-notifications: SlackHeartbeatAlarm', '"slack"', '"pagerduty"')],
    [notHeard],
  ],
  [
    'a channel does not hear the Watchdog',
    [without('prod-notifications: PagerdutyHeartbeatSubscription')],
    ['prod-notifications: queue PagerdutyQueue: no Watchdog comes to it'],
  ],
  ...lostWatchdogs.map(
    ([what, edit]): Cut => [
      `the Watchdog ${what}`,
      [edit],
      [watchdogProblem('none of its rules is a Watchdog that always fires')],
    ],
  ),
  [
    'the Watchdog is loaded into a workspace that is not ours',
    [withWords('prod-alerting: Rulespipeline', '"Workspace"', '"Other"')],
    [
      'prod-alerting: rulegroupsnamespace Rulespipeline: no template has its workspace',
      watchdogProblem('none of its rules is a Watchdog that always fires'),
    ],
  ],
  [
    'the Watchdog mutes by its name',
    [
      withWords(
        'prod-alerting: Workspace',
        'alertname = \\"ServiceDown\\"',
        'alertname =~ \\"ServiceDown|Watchdog\\"',
      ),
    ],
    [watchdogProblem('its Watchdog, which always fires, mutes other alerts')],
  ],
  [
    'the Watchdog mutes by its severity',
    [
      withWords(
        'prod-alerting: Workspace',
        'alertname = \\"DatabaseDown\\"',
        'severity = \\"info\\"',
      ),
    ],
    [watchdogProblem('its Watchdog, which always fires, mutes other alerts')],
  ],
  [
    'the Watchdog is muted',
    [withWords('prod-alerting: Workspace', 'ServiceDegraded|TargetDown', 'TargetDown|Watchdog')],
    [watchdogProblem('its Watchdog is muted by other alerts')],
  ],
];
