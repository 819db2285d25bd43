import { alertmanagerDefinition } from '../../lib/alerting/alertmanager.js';
import { localConfig } from '../../local/alertmanager.js';
import { links, localTopics, region } from '../../local/environment.js';

const { alertmanager_config: deployed } = alertmanagerDefinition(localTopics, region, links);
const snsUrl = 'http://127.0.0.1:4566';

describe('localConfig', () => {
  test('differs from the deployed definition only in the address, at the speed of production', () => {
    const local = localConfig(deployed, { snsUrl, speed: 1 });

    const addressed = deployed.receivers.map((receiver) => ({
      ...receiver,
      sns_configs: receiver.sns_configs.map((sns) => ({ ...sns, api_url: snsUrl })),
    }));
    expect(local).toEqual({ ...deployed, receivers: addressed });
  });

  test('shortens the timings of every route in a time-lapse', () => {
    const { route } = localConfig(deployed, { snsUrl, speed: 10 });

    expect(route).toMatchObject({
      group_wait: '1500ms',
      group_interval: '12s',
      repeat_interval: '6m',
      routes: deployed.route.routes?.map(({ receiver, matchers }) => ({ receiver, matchers })),
    });
  });
});
