import { stringify } from 'yaml';
import { acceptedRuleNamespace, acceptedWorkspace, definitionRefusals } from './amp-refusals.js';
import { place } from './emulator.js';

const arn = (service: string, rest: string) =>
  `arn:aws:${service}:${place.region}:${place.account}:${rest}`;
const elsewhere = (one: string) => one.replace(place.region, 'us-east-1');
const others = (one: string) => one.replace(place.account, '999999999999');

const topic = arn('sns', 'topic');
const sigv4 = { region: place.region };
const sns = { topic_arn: topic, sigv4, message: 'text' };
const secret = { secret_arn: arn('secretsmanager', 'secret:key'), secret_key: 'key' };
const key = { aws_secrets_manager: secret };

const topRoute = { receiver: 'one' };
const routes = (count: number) => Array.from({ length: count }, () => topRoute);
const templates = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.tmpl`, '']));

interface Parts {
  readonly receiver?: object;
  readonly config?: object;
  readonly top?: object;
}

function definition({ receiver = { sns_configs: [sns] }, config, top }: Parts = {}): string {
  const whole = { route: topRoute, receivers: [{ name: 'one', ...receiver }], ...config };
  return stringify({ template_files: {}, alertmanager_config: stringify(whole), ...top });
}

const withSns = (changes: object) => ({ receiver: { sns_configs: [{ ...sns, ...changes }] } });
const withKey = (routing_key: unknown) => ({ receiver: { pagerduty_configs: [{ routing_key }] } });
const withSecret = (changes: object) => withKey({ aws_secrets_manager: { ...secret, ...changes } });

/** Filled up with a note. */
function ofBytes(bytes: number): string {
  const noted = (note: string) => definition({ config: { note } });
  return noted('x'.repeat(bytes - Buffer.byteLength(noted('x')) + 1));
}

describe('definitionRefusals', () => {
  test.each<[string, Parts]>([
    ['a topic', {}],
    ['a PagerDuty key', withKey(key)],
    ['a PagerDuty service key', { receiver: { pagerduty_configs: [{ service_key: key }] } }],
    ['a key that is read again', withSecret({ refresh_interval: '5m' })],
    ['a role for SNS', withSns({ sigv4: { ...sigv4, role_arn: 'role' } })],
    ['100 routes', { config: { route: { ...topRoute, routes: routes(99) } } }],
    ['100 inhibitions', { config: { inhibit_rules: Array(100).fill({}) } }],
    ['100 templates', { top: { template_files: templates(100) } }],
  ])('has nothing against %s', (_, parts) => {
    expect(definitionRefusals(definition(parts))).toEqual([]);
  });

  test.each<[string, Parts, string]>([
    ['a Slack receiver', { receiver: { slack_configs: [] } }, 'slack_configs'],
    ['a webhook receiver', { receiver: { webhook_configs: [] } }, 'webhook_configs'],
    ['a receiver without a name', { receiver: { name: undefined } }, 'name'],
    ['no sigv4', withSns({ sigv4: undefined }), 'sigv4'],
    ['no region', withSns({ sigv4: {} }), 'region'],
    ['access keys', withSns({ sigv4: { ...sigv4, access_key: 'a' } }), 'access_key'],
    ['an api_url', withSns({ api_url: 'http://a' }), 'api_url'],
    ['an http_config', withSns({ http_config: {} }), 'http_config'],
    ['no topic', withSns({ topic_arn: undefined }), 'topic_arn'],
    ['a FIFO topic', withSns({ topic_arn: `${topic}.fifo` }), 'standard topic'],
    ['a topic of another account', withSns({ topic_arn: others(topic) }), 'this account'],
    ['a topic of another region', withSns({ topic_arn: elsewhere(topic) }), 'standard topic'],
    ['a plain PagerDuty key', withKey('key'), 'routing_key'],
    [
      'a plain service key',
      { receiver: { pagerduty_configs: [{ service_key: 'key' }] } },
      'service_key',
    ],
    ['a PagerDuty url', { receiver: { pagerduty_configs: [{ url: 'http://a' }] } }, 'url'],
    ['another field beside the secret', withKey({ ...key, file: '/key' }), 'file'],
    ['an unknown field of the secret', withSecret({ version: '1' }), 'version'],
    ['a secret without an ARN', withSecret({ secret_arn: undefined }), 'secret_arn'],
    ['the name of a secret', withSecret({ secret_arn: 'key' }), 'secret_arn'],
    [
      'a secret of another region',
      withSecret({ secret_arn: elsewhere(secret.secret_arn) }),
      'secret_arn',
    ],
    ['a secret without its field', withSecret({ secret_key: undefined }), 'secret_key'],
    ['a definition without receivers', { config: { receivers: undefined } }, 'receivers'],
    ['an unknown field at the top', { top: { alert_manager_config: '' } }, 'alert_manager_config'],
    [
      'a configuration that is not a block of text',
      { top: { alertmanager_config: {} } },
      'alertmanager_config',
    ],
    ['too many inhibitions', { config: { inhibit_rules: Array(101).fill({}) } }, 'inhibit_rules'],
    ['too many templates', { top: { template_files: templates(101) } }, 'too many templates'],
    ['too many routes', { config: { route: { ...topRoute, routes: routes(100) } } }, 'nodes'],
    [
      'too many routes below others',
      {
        config: {
          route: { ...topRoute, routes: [{ ...topRoute, routes: routes(1) }, ...routes(98)] },
        },
      },
      'nodes',
    ],
  ])('refuses %s', (_, parts, word) => {
    expect(definitionRefusals(definition(parts)).join()).toContain(word);
  });

  test('refuses a byte more than a million', () => {
    expect(definitionRefusals(ofBytes(1_000_000))).toEqual([]);
    expect(definitionRefusals(ofBytes(1_000_001)).join()).toContain('too large');
  });
});

describe('acceptedWorkspace', () => {
  const LogGroupArn = arn('logs', 'log-group:/aws/vendedlogs/prometheus/dev:*');
  const configuration = {
    RetentionPeriodInDays: '30',
    OutOfOrderTimeWindowInSeconds: '300',
    RuleQueryOffsetInSeconds: '30',
  };
  const destination = { CloudWatchLogs: { LogGroupArn }, Filters: { QspThreshold: '100000' } };
  const workspace = {
    ServiceToken: 'token',
    Alias: 'dev',
    AlertManagerDefinition: definition(),
    KmsKeyArn: arn('kms', 'key/1a'),
    WorkspaceConfiguration: configuration,
    LoggingConfiguration: { LogGroupArn },
    QueryLoggingConfiguration: { Destinations: [destination] },
  };
  const configured = (changes: object) => ({
    WorkspaceConfiguration: { ...configuration, ...changes },
  });
  const logged = (changes: object) => ({ LoggingConfiguration: { LogGroupArn, ...changes } });
  const queriesLogged = (...Destinations: object[]) => ({
    QueryLoggingConfiguration: { Destinations },
  });
  const filtered = (Filters: object) => queriesLogged({ ...destination, Filters });

  test('takes what AMP takes, and reads its numbers', () => {
    expect(acceptedWorkspace(workspace)).toEqual({
      ...workspace,
      WorkspaceConfiguration: {
        RetentionPeriodInDays: 30,
        OutOfOrderTimeWindowInSeconds: 300,
        RuleQueryOffsetInSeconds: 30,
      },
      ...filtered({ QspThreshold: 100_000 }),
    });
  });

  test.each([
    ['one day', { RetentionPeriodInDays: '1' }],
    ['three years', { RetentionPeriodInDays: '1095' }],
    ['no window', { OutOfOrderTimeWindowInSeconds: '0' }],
    ['a window of ten minutes', { OutOfOrderTimeWindowInSeconds: '600' }],
    ['no offset', { RuleQueryOffsetInSeconds: '0' }],
    ['an offset of a day', { RuleQueryOffsetInSeconds: '86400' }],
  ])('takes %s', (_, changes) => {
    expect(() => acceptedWorkspace({ ...workspace, ...configured(changes) })).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['an unknown field', { Name: 'dev' }, 'Name'],
    ['no alias', { Alias: undefined }, 'Alias'],
    ['an empty alias', { Alias: '' }, 'Alias'],
    ['an alias of 101 characters', { Alias: 'a'.repeat(101) }, 'Alias'],
    ['the id of a key', { KmsKeyArn: '1a' }, 'must be the ARN of a key'],
    ['a key of another region', { KmsKeyArn: elsewhere(workspace.KmsKeyArn) }, 'ARN of a key'],
    ['an unknown setting', configured({ Days: '1' }), 'Days'],
    ['no days', configured({ RetentionPeriodInDays: '0' }), 'RetentionPeriodInDays'],
    ['more than 1095 days', configured({ RetentionPeriodInDays: '1096' }), 'RetentionPeriodInDays'],
    ['half a day', configured({ RetentionPeriodInDays: '1.5' }), 'RetentionPeriodInDays'],
    ['a window below 0', configured({ OutOfOrderTimeWindowInSeconds: '-1' }), 'OutOfOrder'],
    ['a window of 601 s', configured({ OutOfOrderTimeWindowInSeconds: '601' }), 'OutOfOrder'],
    ['an offset below 0', configured({ RuleQueryOffsetInSeconds: '-1' }), 'RuleQueryOffset'],
    ['an offset over a day', configured({ RuleQueryOffsetInSeconds: '86401' }), 'RuleQueryOffset'],
    ['an unknown field of logging', logged({ Level: 'debug' }), 'Level'],
    [
      'a log group of another name',
      logged({ LogGroupArn: arn('logs', 'log-group:/dev:*') }),
      'must be a vended log group',
    ],
    [
      'a log group without its :*',
      logged({ LogGroupArn: LogGroupArn.slice(0, -2) }),
      'must be a vended log group',
    ],
    ['a log group of another region', logged({ LogGroupArn: elsewhere(LogGroupArn) }), 'vended'],
    ['no destination of queries', queriesLogged(), 'Destinations'],
    ['two destinations of queries', queriesLogged(destination, destination), 'Destinations'],
    ['an unknown field of a destination', queriesLogged({ ...destination, Level: 'a' }), 'Level'],
    [
      'queries to a log group of another name',
      queriesLogged({ ...destination, CloudWatchLogs: { LogGroupArn: 'dev' } }),
      'vended',
    ],
    ['a threshold below 0', filtered({ QspThreshold: '-1' }), 'QspThreshold'],
    ['a filter without a threshold', filtered({}), 'QspThreshold'],
    [
      'a definition that is refused',
      { AlertManagerDefinition: definition({ receiver: { slack_configs: [] } }) },
      'slack_configs',
    ],
  ])('refuses %s', (_, changes, word) => {
    expect(() => acceptedWorkspace({ ...workspace, ...changes })).toThrow(
      new RegExp(`^ValidationException: .*${word}`),
    );
  });
});

describe('acceptedRuleNamespace', () => {
  const group = { name: 'one', interval: '30s', rules: [] };
  const namespace = {
    ServiceToken: 'token',
    Name: 'http',
    Workspace: arn('aps', 'workspace/ws-1a'),
    Data: stringify({ groups: [group] }),
  };
  const data = (changes: object) => ({ Data: stringify({ groups: [{ ...group, ...changes }] }) });

  test('hands on what it takes', () => {
    expect(acceptedRuleNamespace(namespace)).toEqual(namespace);
  });

  test.each([
    ['30 seconds in milliseconds', data({ interval: '30000ms' })],
    ['1 minute', data({ interval: '1m' })],
    ['1 hour', data({ interval: '1h' })],
    ['1 day', data({ interval: '1d' })],
    ["AMP's own interval", data({ interval: undefined })],
    ['721 bytes of both names', data({ name: 'a'.repeat(717) })],
    ['a name of 64 characters', { Name: 'a'.repeat(64) }],
  ])('takes %s', (_, changes) => {
    expect(() => acceptedRuleNamespace({ ...namespace, ...changes })).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['an unknown field', { Alias: 'http' }, 'Alias'],
    ['the id of a workspace', { Workspace: 'ws-1a' }, 'must be the ARN of a workspace'],
    [
      'a workspace of another region',
      { Workspace: elsewhere(namespace.Workspace) },
      'must be the ARN of a workspace',
    ],
    ['a name with a slash', { Name: 'a/b' }, 'must be a namespace name'],
    ['a name of 65 characters', { Name: 'a'.repeat(65) }, 'must be a namespace name'],
    ['a short interval', data({ interval: '29s' }), 'at least 30 seconds'],
    ['a short interval in milliseconds', data({ interval: '29999ms' }), 'at least 30 seconds'],
    ['an interval of 0 m', data({ interval: '0m' }), 'at least 30 seconds'],
    ['722 bytes of both names', data({ name: 'é'.repeat(359) }), 'too long'],
    ['a file that is too large', data({ note: 'x'.repeat(1_000_001) }), 'too large'],
    ['a file without groups', { Data: '{}' }, 'groups'],
    ['a file with an empty list of groups', { Data: 'groups: []' }, 'groups'],
    [
      'an unknown field beside groups',
      { Data: stringify({ groups: [group], namespace: 'http' }) },
      'namespace',
    ],
    ['a group without a name', data({ name: '' }), 'name'],
  ])('refuses %s', (_, changes, words) => {
    expect(() => acceptedRuleNamespace({ ...namespace, ...changes })).toThrow(
      new RegExp(`^ValidationException: .*${words}`),
    );
  });
});
