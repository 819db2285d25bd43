import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../../bin/environments';
import { environmentRules } from '../../lib/alerting/environment-rules';
import { output } from '../../local/process';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/customising-alerts.md'), 'utf8');
const [, example = ''] = page.match(/^```yaml\n(groups:.*?)^```$/ms) ?? [];

/** Says something whatever the samples are, which the example does not. */
const always = `groups:
  - name: always
    interval: 30s
    rules:
      - { alert: AlwaysThere, expr: vector(1), labels: { severity: info } }
`;

/** What the suites about content read; the dependencies are linked. */
const parts = ['bin', 'docs', 'lambdas', 'lib', 'local', 'rules', 'test'];
const files = ['CONTRIBUTING.md', 'README.md', 'jest.config.cjs', 'package.json', 'tsconfig.json'];

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'spheroseg-dropped-'));
  for (const part of [...parts, ...files]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'rules/orders.yaml'), example);
  writeFileSync(join(copy, 'rules/always.yaml'), always);
});
afterAll(() => rmSync(copy, { recursive: true }));

describe('the example of docs/customising-alerts.md, dropped beside our rules', () => {
  test.each(Object.entries(environments))('is uploaded to %s', (environmentName, environment) => {
    const folder = join(copy, 'rules');

    const uploaded = environmentRules({ environmentName, environment, folder });

    expect(uploaded.find(({ name }) => name === 'orders')?.text).toBe(example);
  });

  test.each([
    ['test/alerting/rule-lint', 'the rules of this repository'],
    ['test/metrics-catalogue', '^(the catalogue|rules|the scrapes)'],
    ['test/promises', '^(rules|sources)'],
    ['test/rule-cases', '.*'],
    ['test/rules.test', 'rules/(orders|always).yaml'],
    ['test/scrapes-silent', '.*'],
  ])(
    'passes %s',
    async (suite, title) => {
      const jest = join(root, 'node_modules/jest/bin/jest.js');
      const args = [jest, '--rootDir', copy, suite, '-t', title];

      await expect(output(process.execPath, args)).resolves.toMatch(/Tests: .*[1-9]\d* passed/);
    },
    120_000,
  );
});
