import { scrapeConfigs } from '../../lib/collector/targets';

describe('scrapeConfigs', () => {
  test('scrapes a backend at /api/metrics and an exporter at /metrics, every 30 s', () => {
    const targets = [
      {
        job: 'api',
        exposes: 'backend' as const,
        discovery: { dns: 'api.internal', port: 3000 },
        expectedMinimum: 2,
      },
      {
        job: 'node',
        exposes: 'node' as const,
        discovery: { addresses: ['10.0.0.1:9100', '10.0.0.2:9100'] },
        expectedMinimum: 2,
      },
    ];

    expect(scrapeConfigs(targets)).toEqual([
      {
        job_name: 'api',
        metrics_path: '/api/metrics',
        scrape_interval: '30s',
        sample_limit: 10_000,
        dns_sd_configs: [{ names: ['api.internal'], type: 'A', port: 3000 }],
      },
      {
        job_name: 'node',
        metrics_path: '/metrics',
        scrape_interval: '30s',
        sample_limit: 10_000,
        static_configs: [{ targets: ['10.0.0.1:9100', '10.0.0.2:9100'] }],
      },
    ]);
  });

  test('takes the path, interval and sample limit of a target that says its own', () => {
    const target = {
      job: 'legacy',
      exposes: 'backend' as const,
      discovery: { addresses: ['10.0.0.1:8080'] },
      expectedMinimum: 1,
      path: '/internal/metrics',
      intervalSeconds: 60,
      sampleLimit: 500,
    };

    expect(scrapeConfigs([target])).toMatchObject([
      { metrics_path: '/internal/metrics', scrape_interval: '60s', sample_limit: 500 },
    ]);
  });
});
