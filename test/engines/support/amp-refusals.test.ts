import { stringify } from 'yaml';
import { acceptedRuleNamespace, definitionRefusals } from './amp-refusals.js';
import { place } from './emulator.js';

const topic = `arn:aws:sns:${place.region}:${place.account}:topic`;
const sns = { topic_arn: topic, sigv4: { region: place.region }, message: 'text' };

function definition(receiver: object, more: object = {}): string {
  const config = { route: { receiver: 'one' }, receivers: [{ name: 'one', ...receiver }], ...more };
  return stringify({ template_files: {}, alertmanager_config: stringify(config) });
}

describe('definitionRefusals', () => {
  test('has nothing against what AMP takes', () => {
    const secret_arn = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:key`;
    const routing_key = { aws_secrets_manager: { secret_arn, secret_key: 'key' } };

    expect(definitionRefusals(definition({ sns_configs: [sns] }))).toEqual([]);
    expect(definitionRefusals(definition({ pagerduty_configs: [{ routing_key }] }))).toEqual([]);
  });

  test.each([
    ['a Slack receiver', { slack_configs: [] }, 'slack_configs'],
    ['a webhook receiver', { webhook_configs: [] }, 'webhook_configs'],
    ['no sigv4', { sns_configs: [{ topic_arn: topic }] }, 'sigv4'],
    ['no region', { sns_configs: [{ ...sns, sigv4: {} }] }, 'region'],
    ['an api_url', { sns_configs: [{ ...sns, api_url: 'http://a' }] }, 'api_url'],
    ['an http_config', { sns_configs: [{ ...sns, http_config: {} }] }, 'http_config'],
    ['a FIFO topic', { sns_configs: [{ ...sns, topic_arn: `${topic}.fifo` }] }, 'standard topic'],
    [
      'a topic of another account',
      { sns_configs: [{ ...sns, topic_arn: topic.replace(place.account, '999999999999') }] },
      'this account',
    ],
    ['a plain PagerDuty key', { pagerduty_configs: [{ routing_key: 'key' }] }, 'routing_key'],
    ['a PagerDuty url', { pagerduty_configs: [{ url: 'http://a' }] }, 'url'],
  ])('refuses %s', (_, receiver, word) => {
    expect(definitionRefusals(definition(receiver)).join()).toContain(word);
  });

  test('refuses a configuration that is not a block of text', () => {
    const text = stringify({ alertmanager_config: { route: {}, receivers: [] } });

    expect(definitionRefusals(text).join()).toContain('alertmanager_config');
  });

  test.each([
    ['inhibitions', { inhibit_rules: Array(101).fill({}) }, 'inhibit_rules'],
    [
      'routes',
      { route: { receiver: 'one', routes: Array(100).fill({ receiver: 'one' }) } },
      'nodes',
    ],
    ['bytes', { note: 'x'.repeat(1_000_001) }, 'too large'],
  ])('refuses too many %s', (_, more, word) => {
    expect(definitionRefusals(definition({ sns_configs: [sns] }, more)).join()).toContain(word);
  });
});

describe('acceptedRuleNamespace', () => {
  const group = { name: 'one', interval: '30s', rules: [] };
  const namespace = {
    ServiceToken: 'token',
    Name: 'http',
    Workspace: `arn:aws:aps:${place.region}:${place.account}:workspace/ws-1a`,
    Data: stringify({ groups: [group] }),
  };
  const data = (changes: object) => ({ Data: stringify({ groups: [{ ...group, ...changes }] }) });

  test('takes what AMP takes', () => {
    expect(acceptedRuleNamespace(namespace)).toEqual(namespace);
  });

  test.each([
    ['the id of a workspace', { Workspace: 'ws-1a' }, 'must be the ARN of a workspace'],
    ['a name with a slash', { Name: 'a/b' }, 'must be a namespace name'],
    ['a name of 65 characters', { Name: 'a'.repeat(65) }, 'must be a namespace name'],
    ['a short interval', data({ interval: '29s' }), 'at least 30 seconds'],
    ['names that are too long together', data({ name: 'é'.repeat(360) }), 'too long'],
    ['a file that is too large', data({ note: 'x'.repeat(1_000_001) }), 'too large'],
    ['a file without groups', { Data: '{}' }, 'groups'],
  ])('refuses %s', (_, changes, words) => {
    expect(() => acceptedRuleNamespace({ ...namespace, ...changes })).toThrow(words);
  });
});
