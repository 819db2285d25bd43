import { type Environment, validEnvironments } from '../lib/environment.js';

const runbooks = 'https://github.com/spheroseg/monitoring/blob/main/docs/runbooks/';

const dev = {
  account: '111111111111',
  region: 'eu-west-1',
  retentionDays: 30,
  channels: { slack: ['critical', 'warning', 'info'] },
  email: {},
  operators: ['platform@example.com'],
  links: { runbooks },
  network: { cidr: '10.90.0.0/20' },
  targets: [
    {
      job: 'api',
      exposes: 'backend',
      discovery: { dns: 'api.dev.internal', port: 3000 },
      expectedMinimum: 1,
    },
    {
      job: 'postgres',
      exposes: 'postgres',
      discovery: { dns: 'postgres-exporter.dev.internal', port: 9187 },
      expectedMinimum: 1,
    },
  ],
} as const satisfies Environment;

const prod = {
  account: '222222222222',
  region: 'eu-west-1',
  retentionDays: 400,
  channels: { slack: ['critical', 'warning', 'info'], pagerduty: ['critical'] },
  email: { critical: ['oncall@example.com'] },
  operators: ['platform@example.com', 'oncall@example.com'],
  links: { runbooks, grafana: 'https://g-0123456789.grafana-workspace.eu-west-1.amazonaws.com' },
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
  },
  targets: [
    {
      job: 'api',
      exposes: 'backend',
      discovery: { dns: 'api.prod.internal', port: 3000 },
      expectedMinimum: 2,
    },
    {
      job: 'ml-worker',
      exposes: 'backend',
      discovery: { dns: 'ml-worker.prod.internal', port: 3000 },
      expectedMinimum: 1,
    },
    {
      job: 'postgres',
      exposes: 'postgres',
      discovery: { dns: 'postgres-exporter.prod.internal', port: 9187 },
      expectedMinimum: 2,
    },
    {
      job: 'node',
      exposes: 'node',
      discovery: { dns: 'node-exporter.prod.internal', port: 9100 },
      expectedMinimum: 2,
    },
    {
      job: 'collector',
      exposes: 'collector',
      discovery: { dns: 'collector.prod.internal', port: 8888 },
      expectedMinimum: 2,
    },
  ],
} as const satisfies Environment;

/** Every account that is monitored: the one place to edit. */
export const environments = validEnvironments({ dev, prod });
