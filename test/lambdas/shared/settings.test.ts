import { settingsFrom } from '../../../lambdas/shared/settings.js';

const needed = { ENVIRONMENT: 'prod', SECRET_NAME: 'spheroseg/prod/slack', QUEUE_URL: 'https://q' };

describe('settingsFrom', () => {
  test('reads what the deployment tells', () => {
    const links = { RUNBOOKS_URL: 'https://runbooks/', GRAFANA_URL: 'https://grafana' };

    expect(settingsFrom({ ...needed, ...links })).toEqual({
      environment: 'prod',
      secretName: 'spheroseg/prod/slack',
      queueUrl: 'https://q',
      runbooksUrl: 'https://runbooks/',
      grafanaUrl: 'https://grafana',
    });
  });

  test('does without link bases, also when they are empty', () => {
    expect(settingsFrom({ ...needed, GRAFANA_URL: '' })).not.toHaveProperty('grafanaUrl');
  });

  test('names what is missing', () => {
    expect(() => settingsFrom({ ...needed, SECRET_NAME: '' })).toThrow('SECRET_NAME is not set');
  });
});
