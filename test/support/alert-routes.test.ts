import { stringify } from 'yaml';
import { receiversFor, receiversIn, routingOf, topicsFor } from './alert-routes';

const route = {
  receiver: 'rest',
  routes: [
    { receiver: 'heartbeat', matchers: ['alertname = "Watchdog"'] },
    {
      receiver: 'team',
      matchers: ['team=~"db|web"', 'severity!=info'],
      continue: true,
      routes: [
        { matchers: ['severity="critical"'] },
        { receiver: 'night', matchers: ['at="night"'] },
      ],
    },
    { receiver: 'warning', matchers: ['severity !~ "crit.*"', 'severity =~ ".+"'] },
  ],
};

describe('receiversFor', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['the root when no route matches', { severity: 'critical' }, ['rest']],
    ['the first route that matches', { alertname: 'Watchdog', severity: 'warning' }, ['heartbeat']],
    ['a route whose every matcher holds', { team: 'db', severity: 'info' }, ['warning']],
    [
      'the next route too, when one goes on',
      { team: 'web', severity: 'warning' },
      ['team', 'warning'],
    ],
    ['the receiver above a route without one', { team: 'db', severity: 'critical' }, ['team']],
    ['the deepest route that matches', { team: 'db', at: 'night' }, ['night']],
    ['no route whose pattern only begins alike', { team: 'dbx', severity: 'critical' }, ['rest']],
  ])('finds %s', (_, labels, receivers) => {
    expect(receiversFor(route, labels)).toEqual(receivers);
  });
});

describe('receiversIn', () => {
  test('finds every receiver of the tree', () => {
    expect(receiversIn(route)).toEqual(['rest', 'heartbeat', 'team', 'night', 'warning']);
  });
});

describe('routingOf', () => {
  test("reads the configuration out of AMP's format", () => {
    const AlertManagerDefinition = stringify({
      alertmanager_config: stringify({ route, receivers: [] }),
    });
    const properties = { AlertManagerDefinition };
    const workspace = {
      stack: '',
      logicalId: '',
      type: '',
      ref: '',
      arn: '',
      name: '',
      properties,
    };

    expect(routingOf(workspace)).toEqual({ route, receivers: [] });
    expect(routingOf({ ...workspace, properties: {} })).toBeUndefined();
  });
});

describe('topicsFor', () => {
  test('finds every topic of every receiver that is reached', () => {
    const receiver = (name: string, ...topics: string[]) => ({
      name,
      sns_configs: topics.map((topic_arn) => ({ topic_arn })),
    });
    const receivers = [receiver('rest', 'a'), receiver('team', 'b', 'c'), receiver('warning', 'd')];

    const topics = topicsFor({ route, receivers }, { team: 'web', severity: 'warning' });

    expect(topics).toEqual(['b', 'c', 'd']);
  });
});
