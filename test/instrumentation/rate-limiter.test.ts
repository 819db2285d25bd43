import { Registry } from 'prom-client';
import { countDecisions } from '../../lib/instrumentation/rate-limiter';
import { samples } from '../support/samples';

describe('countDecisions', () => {
  test('counts each decision from 0 and hands it through', async () => {
    const registry = new Registry();
    const decided = countDecisions(registry, 'api');
    const before = await samples(registry, 'rate_limit');

    const decisions = [decided(true), decided(true), decided(false)];

    expect(decisions).toEqual([true, true, false]);
    expect(before).toEqual({
      'rate_limit_decisions_total{limiter="api",decision="allowed"}': 0,
      'rate_limit_decisions_total{limiter="api",decision="limited"}': 0,
    });
    expect(await samples(registry, 'rate_limit')).toEqual({
      'rate_limit_decisions_total{limiter="api",decision="allowed"}': 2,
      'rate_limit_decisions_total{limiter="api",decision="limited"}': 1,
    });
  });
});
