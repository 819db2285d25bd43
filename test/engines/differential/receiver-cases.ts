import { cases } from './case';
import {
  accepted,
  arn,
  both,
  type DefinitionRow,
  notAsked,
  secret,
  withPagerDuty,
  withReceiver,
  withSns,
} from './definition-case';

const ampOnly = "AMP's own restriction; the engines take what upstream takes";
const keyOfAmp = 'only AMP knows aws_secrets_manager, which every definition with PagerDuty needs';

const team = 'receiver team';
const inSns = `${team}.sns_configs[0]`;
const inPagerDuty = `${team}.pagerduty_configs[0]`;

const rows: DefinitionRow[] = [
  [
    'a Slack receiver',
    withReceiver({ slack_configs: [{ api_url: 'https://example.com', channel: '#a' }] }),
    `${team}: AMP knows only sns_configs and pagerduty_configs, got slack_configs`,
    accepted,
    ampOnly,
  ],
  [
    'a webhook receiver',
    withReceiver({ webhook_configs: [{ url: 'https://example.com' }] }),
    `${team}: AMP knows only sns_configs and pagerduty_configs, got webhook_configs`,
    accepted,
    ampOnly,
  ],
  [
    'a receiver that nobody knows',
    withReceiver({ teams_configs: [] }),
    `${team}: AMP knows only sns_configs and pagerduty_configs, got teams_configs`,
    both('field teams_configs not found'),
  ],
  [
    'SNS without sigv4',
    withSns({ sigv4: undefined }),
    `${inSns}.sigv4 must be there with a region, because AMP requires it, got nothing`,
    accepted,
    ampOnly,
  ],
  [
    'sigv4 without a region',
    withSns({ sigv4: {} }),
    `${inSns}.sigv4.region must be there, because AMP requires it, got nothing`,
    accepted,
    ampOnly,
  ],
  [
    'api_url',
    withSns({ api_url: 'https://example.com' }),
    `${inSns}.api_url must be left out, because AMP makes the connection itself, got "https://example.com"`,
    accepted,
    ampOnly,
  ],
  [
    'http_config',
    withSns({ http_config: {} }),
    `${inSns}.http_config must be left out, because AMP makes the connection itself, got {}`,
    accepted,
    ampOnly,
  ],
  [
    'a FIFO topic',
    withSns({ topic_arn: `${arn}.fifo` }),
    `${inSns}.topic_arn must be a standard topic, because AMP cannot publish to a FIFO one, got "${arn}.fifo"`,
    accepted,
    ampOnly,
  ],
  [
    'SNS without a topic',
    withSns({ topic_arn: undefined }),
    `${inSns}.topic_arn must be the ARN of a topic, got nothing`,
    both('must provide either a Target ARN, Topic ARN, or Phone Number'),
  ],
  [
    'a field that SNS does not have',
    withSns({ title: 'a' }),
    `${inSns} has no field 'title'`,
    both('field title not found'),
  ],
  [
    'a number as a subject',
    withSns({ subject: 5 }),
    `${inSns}.subject must be text, got 5`,
    accepted,
    'text stands in quotes; engines read the number as text',
  ],
  [
    'a list as a message',
    withSns({ message: ['a'] }),
    `${inSns}.message must be text, got ["a"]`,
    both('cannot unmarshal !!seq into string'),
  ],
  [
    'an address for PagerDuty',
    withPagerDuty({ routing_key: { aws_secrets_manager: secret }, url: 'https://example.com' }),
    `${inPagerDuty}.url must be left out, because AMP makes the connection itself, got "https://example.com"`,
    notAsked,
    keyOfAmp,
  ],
  [
    'a PagerDuty key in a file',
    withPagerDuty({ routing_key: { aws_secrets_manager: secret }, routing_key_file: '/key' }),
    `${inPagerDuty}.routing_key_file must be left out; AMP takes routing_key.aws_secrets_manager, got "/key"`,
    notAsked,
    keyOfAmp,
  ],
  [
    'a PagerDuty service key in a file',
    withPagerDuty({ service_key: { aws_secrets_manager: secret }, service_key_file: '/key' }),
    `${inPagerDuty}.service_key_file must be left out; AMP takes routing_key.aws_secrets_manager, got "/key"`,
    notAsked,
    keyOfAmp,
  ],
  [
    'http_config for PagerDuty',
    withPagerDuty({ routing_key: { aws_secrets_manager: secret }, http_config: {} }),
    `${inPagerDuty}.http_config must be left out, because AMP makes the connection itself, got {}`,
    notAsked,
    keyOfAmp,
  ],
  [
    'an unknown field of a secret',
    withPagerDuty({ routing_key: { aws_secrets_manager: { ...secret, version: '1' } } }),
    `${inPagerDuty}.routing_key.aws_secrets_manager has no field 'version'`,
    notAsked,
    keyOfAmp,
  ],
  [
    'an unknown field beside a secret',
    withPagerDuty({ routing_key: { aws_secrets_manager: secret, file: '/key' } }),
    `${inPagerDuty}.routing_key has no field 'file'`,
    notAsked,
    keyOfAmp,
  ],
  [
    'a PagerDuty key in the open',
    withPagerDuty({ routing_key: 'a' }),
    `${inPagerDuty}.routing_key must be an aws_secrets_manager; whoever reads the definition would read any other key, got "a"`,
    accepted,
    'everybody who may read the stack could read the key',
  ],
  [
    'PagerDuty without a key',
    withPagerDuty({}),
    `${inPagerDuty} must have a routing_key or a service_key, got {}`,
    both('missing service or routing key in PagerDuty config'),
  ],
  [
    'two receivers of one name',
    withReceiver({ name: 'critical' }),
    'receiver critical: is there twice',
    both('notification config name "critical" is not unique'),
  ],
  [
    'a receiver without a name',
    withReceiver({ name: '' }),
    'receiver .name must not be empty, got ""',
    both('missing name in receiver'),
  ],
];

export const receiverCases = cases(rows);
