import { scrapeConfigs } from '../../lib/collector/targets.js';
import { environmentProblems } from '../../lib/environment.js';
import {
  channels,
  environmentName,
  freePorts,
  links,
  localTargets,
  movedPorts,
  parts,
  region,
} from '../../local/environment.js';

describe('localTargets', () => {
  test('would be valid in any environment', () => {
    const environment = {
      account: '000000000000',
      region,
      retentionDays: 30,
      channels,
      email: {},
      operators: ['operator@example.com'],
      links,
      network: { cidr: '10.0.0.0/20' },
      targets: localTargets(movedPorts(0)),
    };

    expect(environmentProblems(environmentName, environment)).toEqual([]);
  });

  test('scrapes each exporter where it listens', () => {
    const jobs = scrapeConfigs(localTargets(movedPorts(1000)));

    expect(jobs.map((one) => [one.job_name, one.static_configs?.[0]?.targets])).toEqual([
      ['api', ['127.0.0.1:4000']],
      ['postgres', ['127.0.0.1:10187', '127.0.0.1:10188']],
      ['redis', ['127.0.0.1:10121']],
      ['node', ['127.0.0.1:10100']],
    ]);
  });
});

describe('freePorts', () => {
  test('finds another port for each part', async () => {
    const ports = await freePorts();

    expect(new Set(Object.values(ports)).size).toBe(parts.length);
    expect(Object.values(ports)).not.toContain(0);
  });
});
