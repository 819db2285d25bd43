import { environments } from '../bin/environments';
import { environmentProblems, validEnvironments } from '../lib/environment';

const { prod } = environments;
const [api] = prod.targets;

describe('environmentProblems', () => {
  test.each(Object.entries(environments))('has nothing to say about %s', (name, environment) => {
    expect(environmentProblems(name, environment)).toEqual([]);
  });

  test.each([
    [{ account: '12' }, '.account must be twelve digits, got "12"'],
    [{ region: 'Ireland' }, '.region must be an AWS region such as eu-west-1, got "Ireland"'],
    [{ retentionDays: 0 }, '.retentionDays must be between 1 and 1095, got 0'],
    [{ retentionDays: 1096 }, '.retentionDays must be between 1 and 1095, got 1096'],
    [{ retentionDays: 1.5 }, '.retentionDays must be between 1 and 1095, got 1.5'],
    [{ retentionDays: undefined }, '.retentionDays must be between 1 and 1095, got nothing'],
    [
      { channels: { slack: ['page'] }, email: { critical: ['a@example.com'] } },
      '.channels.slack[0] must be one of critical, warning, info, got "page"',
    ],
    [{ channels: { ...prod.channels, teams: [] } }, ".channels has no field 'teams'"],
    [
      { email: { critical: ['oncall'] } },
      '.email.critical[0] must be an e-mail address, got "oncall"',
    ],
    [
      { channels: { ...prod.channels, slack: [] } },
      '.channels.slack must name a severity; leave out a channel that hears none, got []',
    ],
    [
      { channels: { ...prod.channels, slack: ['info', 'info'] } },
      '.channels.slack must not repeat itself, got ["info","info"]',
    ],
    [
      { operators: ['a@example.com', 'a@example.com'] },
      '.operators must not repeat itself, got ["a@example.com","a@example.com"]',
    ],
    [{ operators: [] }, '.operators must name at least one address, got []'],
    [
      { links: { runbooks: 'http://wiki' } },
      '.links.runbooks must be an https URL ending in a slash, got "http://wiki"',
    ],
    [
      { links: { ...prod.links, grafana: 'https://grafana.example.com/' } },
      '.links.grafana must be an https URL without a path, got "https://grafana.example.com/"',
    ],
    ...['10.0.0.0', '10.90.0.0/25', '8.8.0.0/16', '10.90.0.1/20', '10.999.0.0/20'].map(
      (cidr): [object, string] => [
        { network: { cidr } },
        `.network.cidr must be a private CIDR block such as 10.0.0.0/16, /16 to /24, got "${cidr}"`,
      ],
    ),
    [
      { region: 'us-east-1' },
      '.network.availabilityZones must be in us-east-1, got ["eu-west-1a","eu-west-1b"]',
    ],
    [
      {
        network: {
          ...prod.network,
          availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
        },
      },
      '.network.availabilityZones must be as many as privateSubnetIds, each the zone of one subnet, got ["eu-west-1a","eu-west-1b","eu-west-1c"]',
    ],
    [
      { region: 'xx-nowhere-9' },
      '.region must be an AWS region such as eu-west-1, got "xx-nowhere-9"',
    ],
    [{ channels: { slack: 'critical' } }, '.channels.slack must be a list, got "critical"'],
    [{ targets: null }, '.targets must be a list, got null'],
    [{ links: undefined }, '.links must be an object, got nothing'],
    [{ retentionDays: Number.NaN }, '.retentionDays must be between 1 and 1095, got NaN'],
    [
      { operators: ['a@example.com', 'A@example.com'] },
      '.operators must not repeat itself, got ["a@example.com","A@example.com"]',
    ],
    [
      { channels: { ...prod.channels, slack: ['crtical', 'info', 'info'] } },
      '.channels.slack must not repeat itself, got ["crtical","info","info"]',
    ],
    [
      { targets: [{ ...api, discovery: { addresses: ['a:99999'] }, expectedMinimum: 1 }] },
      '.targets[0].discovery.addresses[0] must have a port below 65536, got "a:99999"',
    ],
    [
      { targets: [{ ...api, discovery: { addresses: ['a:1'] }, expectedMinimum: 2 }] },
      '.targets[0].expectedMinimum must be at most the number of addresses, got 2',
    ],
    [
      { network: { ...prod.network, privateSubnetIds: ['subnet-1'] } },
      '.network.privateSubnetIds must name at least two, got ["subnet-1"]',
    ],
    [
      { network: 'default' },
      '.network must be { cidr } or { vpcId, availabilityZones, privateSubnetIds }, got "default"',
    ],
    [{ targets: [] }, '.targets must name at least one target, got []'],
    [
      { targets: [{ ...api, exposes: 'mysql' }] },
      '.targets[0].exposes must be one of backend, node, postgres, redis, ecs, cloudwatch, collector, got "mysql"',
    ],
    [
      { targets: [{ ...api, discovery: { addresses: ['localhost'] } }] },
      '.targets[0].discovery.addresses[0] must be host:port, got "localhost"',
    ],
    [
      { targets: [{ ...api, expectedMinimum: 9 }] },
      '.targets[0].expectedMinimum must be at most 8 with DNS discovery, because Cloud Map answers with eight addresses, got 9',
    ],
    [{ targets: [api, api] }, ".targets: job 'api' is there twice"],
    [
      { channels: { slack: ['critical'] } },
      '.channels: warning reaches nobody; add it to a channel or to email',
    ],
    [{ retention: 3 }, " has no field 'retention'"],
    [{ ownMetrics: ['a-b'] }, '.ownMetrics[0] must be the name of a metric, got "a-b"'],
    [{ alerts: [] }, '.alerts must be an object, got []'],
    [
      { alerts: { A: { for: '5 min' } } },
      '.alerts.A.for must be a duration such as 5m, got "5 min"',
    ],
  ])('refuses %j in the words of the person who wrote it', (change, problem) => {
    const problems = environmentProblems('prod', { ...prod, ...change });

    expect(problems).toContain(`environments.prod${problem}`);
  });

  test.each(['Prod', 'a'.repeat(21), 'dev-eu', ''])('refuses the name %p', (name) => {
    const problems = environmentProblems(name, prod);

    expect(problems).toEqual([
      `environments.${name}: the name must be at most 20 lower-case letters and digits, got '${name}'`,
    ]);
  });
});

describe('validEnvironments', () => {
  test('refuses a list without an environment', () => {
    expect(() => validEnvironments({})).toThrow('environments must hold at least one environment');
  });

  test('lists every problem of every environment at once', () => {
    const invalid = {
      dev: { ...prod, account: '1' },
      prod: { ...prod, retentionDays: 0, region: '', channels: {}, targets: [api, api] },
    };

    expect(() => validEnvironments(invalid)).toThrow(
      [
        'environments.dev.account must be twelve digits, got "1"',
        'environments.prod.region must be an AWS region such as eu-west-1, got ""',
        'environments.prod.retentionDays must be between 1 and 1095, got 0',
        "environments.prod.targets: job 'api' is there twice",
        'environments.prod.channels: warning reaches nobody; add it to a channel or to email',
        'environments.prod.channels: info reaches nobody; add it to a channel or to email',
      ].join('\n'),
    );
  });
});
