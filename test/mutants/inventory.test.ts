import { join } from 'node:path';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import '../support/match-file';

describe('the inventory of which mutants are made', () => {
  test('is what a target of each kind that has rules of its own generates today', () => {
    const targets = [
      { job: 'api', exposes: 'backend', expectedMinimum: 2 },
      { job: 'postgres', exposes: 'postgres', expectedMinimum: 1, sampleLimit: 500 },
      { job: 'redis', exposes: 'redis', expectedMinimum: 1 },
      { job: 'ecs', exposes: 'ecs', expectedMinimum: 1 },
      { job: 'cloudwatch', exposes: 'cloudwatch', expectedMinimum: 1 },
      { job: 'collector', exposes: 'collector', expectedMinimum: 1 },
    ] as const;
    const discovery = { addresses: ['a:1'] };

    const text = inventoryRules(targets.map((target) => ({ ...target, discovery })));

    expect(text).toMatchFile(join(__dirname, '../fixtures/rules/inventory.yaml'));
  });
});
