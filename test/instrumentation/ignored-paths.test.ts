import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ignoredUrls } from '../../lib/instrumentation/ignored-paths';

const rules = readFileSync(join(__dirname, '../../rules/http.yaml'), 'utf8');
const [, excluded = ''] = /http_route!~"([^"]+)"/.exec(rules) ?? [];

describe('ignoredUrls', () => {
  test.each([
    '/metrics',
    '/api/metrics',
    '/health',
    '/healthz',
    '/api/readyz/database',
    '/live',
    '/healthy',
    '/metrics/x',
    '/cells/health',
    '/',
  ])('leaves out %s if the rules do', (path) => {
    const ignored = ignoredUrls({})(`${path}?verbose`);

    expect(ignored).toBe(new RegExp(`^(?:${excluded})$`).test(path));
  });
});
