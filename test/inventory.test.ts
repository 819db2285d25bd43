import { join } from 'node:path';
import { stringify } from 'yaml';
import './support/match-file';
import { synthesizedTemplates, type Template } from './support/templates';

const templates = synthesizedTemplates();

/** Written by hand: an id that moves here is a resource that is replaced, and its data is lost. */
const statefulIds = {
  alerting: [
    'DataKey17AFBB84',
    'Logs6819BB44',
    'QueryLogs863D7DB6',
    'TopicKeyB2E0C9CB',
    'TopicsCriticalEmail89736684',
    'TopicsCriticalMessagesBE25BBB1',
    'TopicsHeartbeat8E536DA3',
    'TopicsInfoEmailFF2702D4',
    'TopicsInfoMessagesF9F5EFAD',
    'TopicsWarningEmail3F0C1AE4',
    'TopicsWarningMessages0B7FF0DE',
    'Workspace',
  ],
  slack: ['SlackSecret3AF60EF4'],
  pagerduty: ['PagerdutySecretBF25E792'],
  queueKey: ['QueueKey8E59F72C'],
};

describe('inventory', () => {
  test.each([
    ['dev-alerting', statefulIds.alerting],
    ['dev-notifications', [...statefulIds.queueKey, ...statefulIds.slack]],
    ['prod-alerting', statefulIds.alerting],
    [
      'prod-notifications',
      [...statefulIds.pagerduty, ...statefulIds.queueKey, ...statefulIds.slack],
    ],
  ])('%s keeps its stateful resources where they are', (name, ids) => {
    const { Resources = {} } = templates[name] ?? {};

    const retained = Object.entries(Resources).filter(
      ([, { DeletionPolicy, UpdateReplacePolicy }]) =>
        DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain',
    );

    expect(retained.map(([id]) => id).sort()).toEqual(ids);
  });

  test('counts what each stack holds', () => {
    const counts = Object.fromEntries(
      Object.entries(templates).map(([name, template]) => [name, countsOf(template)]),
    );

    expect(stringify(counts)).toMatchFile(join(__dirname, 'snapshots', 'inventory.yaml'));
  });
});

function countsOf({ Resources }: Template): Record<string, number> {
  const types = Object.values(Resources).map(({ Type }) => Type);
  return Object.fromEntries(
    [...new Set(types)].sort().map((type) => [type, types.filter((one) => one === type).length]),
  );
}
