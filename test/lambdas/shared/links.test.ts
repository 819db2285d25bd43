import { links } from '../../../lambdas/shared/links.js';
import { group } from '../../support/messages.js';

const settings = { environment: 'prod', secretName: 's', queueUrl: 'q' };
const bases = { runbooksUrl: 'https://runbooks.example/r/', grafanaUrl: 'https://grafana.example' };

describe('links', () => {
  test('completes what the rule names with the bases of the deployment', () => {
    const hrefs = links(group('one-firing'), { ...settings, ...bases }).map(({ href }) => href);

    expect(hrefs).toEqual([
      'https://runbooks.example/r/http.md#httperrorratehigh',
      'https://grafana.example/d/application',
      expect.stringMatching(/^http:\/\/prometheus\.internal:9090\/graph/),
    ]);
  });

  test('leaves out a link whose base nobody has set', () => {
    expect(links(group('one-firing'), settings).map(({ text }) => text)).toEqual(['Expression']);
  });

  test('stays on the host of the base, whatever an annotation says', () => {
    const [runbook, dashboard] = links(group('hostile'), { ...settings, ...bases });

    expect(runbook?.href).toBe('https://runbooks.example/evil?a=%3Cb%3E|c#d');
    expect(dashboard?.href).toBe('https://grafana.example/d/a%2Fb%3Fc');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '/graph?g0.expr=up',
    `http://x/${'y'.repeat(1_000)}`,
  ])('offers no expression at %.30s', (generatorURL) => {
    const alerts = [{ ...group('one-firing').alerts[0], generatorURL }];

    expect(links(group('one-firing', { alerts }), settings)).toEqual([]);
  });
});
