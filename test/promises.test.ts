import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parse } from 'yaml';
import { environments } from '../bin/environments';
import { inventoryRules } from '../lib/alerting/inventory-rules';
import { foundRuleFiles } from '../lib/alerting/rule-files';
import { channelNames } from '../lib/notifications/channels';
import { severities } from '../lib/severity';
import { scripts } from '../package.json';

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RuleTest {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const stems = (folder: string, ending: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

const rulesIn = (text: string): Rule[] =>
  parse(text).groups.flatMap((group: { rules: Rule[] }) => group.rules);
const alertsIn = (text: string) => rulesIn(text).filter(({ alert }) => alert !== undefined);
const { files: ruleFiles } = foundRuleFiles(join(root, 'rules'));
// A user's own file, which has no runbook of its name, need only be what AMP takes.
const shipped = ruleFiles.filter(({ isUsers }) => !isUsers);
const inventories = Object.values(environments).map(({ targets }) => inventoryRules(targets));
const alerts = [...shipped.map(({ text }) => text), ...inventories]
  .flatMap(alertsIn)
  .map((rule): [string, Rule] => [rule.alert ?? '', rule]);
const staticAlerts = shipped.flatMap(({ name, text }) =>
  alertsIn(text).map(({ alert = '' }) => [alert, name]),
);
const linked = ruleFiles.flatMap(({ path, text }) =>
  alertsIn(text)
    .filter(({ annotations }) => annotations?.runbook !== undefined)
    .map(({ alert, annotations }) => [
      relative(root, path),
      alert ?? '',
      annotations?.runbook ?? '',
    ]),
);

const folders = ['bin', 'lib', 'lambdas', 'local', 'rules', 'test'];
const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.(ts|mjs|yaml)$/.test(file) && !/fixtures|snapshots/.test(file)),
);

describe('rules', () => {
  test('each file has a promtool test, and each runbook its rules', () => {
    const tests = stems('test/rules', '.test.yaml');
    const runbooks = stems('docs/runbooks', '.md');
    const names = shipped.map(({ name }) => name);

    expect(tests).toEqual(expect.arrayContaining(names));
    const isOfRules = (stem: string) =>
      names.some((name) => name === stem) ||
      ruleFiles.some(({ name }) => name.startsWith(`${stem}-`));
    expect(runbooks.filter((stem) => !isOfRules(stem))).toEqual(['inventory']);
  });

  test.each(linked)('%s: %s leads to a runbook that exists', (_, name, runbook) => {
    const [file] = runbook.split('#');

    expect(read(`docs/runbooks/${file}`)).toMatch(new RegExp(`^## ${name}$`, 'm'));
  });

  test.each(alerts)('%s says who is woken, why, and where to read on', (name, rule) => {
    const [file, anchor] = rule.annotations?.runbook?.split('#') ?? [];

    expect(severities).toContain(rule.labels?.severity);
    expect(rule.annotations).toMatchObject({
      summary: expect.any(String),
      description: expect.any(String),
      dashboard: expect.stringMatching(/^[a-z-]+$/),
    });
    expect(anchor).toBe(name.toLowerCase());
    expect(read(`docs/runbooks/${file}`)).toMatch(new RegExp(`^## ${name}$`, 'm'));
  });

  test.each(staticAlerts)('%s is shown firing and silent', (name, stem) => {
    const files = stems('test/rules', '.test.yaml').filter((file) => file.startsWith(stem ?? ''));
    const cases = files
      .flatMap((file) => (parse(read(`test/rules/${file}.test.yaml`)) as RuleTest).tests)
      .flatMap((one) => one.alert_rule_test ?? [])
      .filter(({ alertname }) => alertname === name);

    expect(cases.some(({ exp_alerts = [] }) => exp_alerts.length > 0)).toBe(true);
    // A watchdog that can be silent would be none.
    expect(
      name === 'Watchdog' || cases.some(({ exp_alerts = [] }) => exp_alerts.length === 0),
    ).toBe(true);
  });
});

describe('channels', () => {
  test('are the files in lambdas/notify', () => {
    expect(stems('lambdas/notify', '.ts')).toEqual([...channelNames].sort());
  });

  test.each(severities)('hear %s in every environment', (severity) => {
    const deaf = Object.entries(environments)
      .filter(
        ([, { channels }]) =>
          !Object.values(channels)
            .flat()
            .includes(severity as never),
      )
      .map(([name]) => name);

    expect(deaf).toEqual([]);
  });
});

describe('sources', () => {
  const limits = { rules: 300, test: 400 } as Record<string, number>;

  test.each(sources)('%s can be read in one sitting', (file) => {
    const lines = read(file).split('\n').length;

    expect(lines).toBeLessThanOrEqual(limits[file.split('/')[0] ?? ''] ?? 250);
  });

  test.each([
    ['lib', /^(lib|dashboards)\//],
    ['bin', /^(bin|lib)\//],
    ['local', /^(local|lib|lambdas\/shared)\//],
    ['lambdas/notify', /^lambdas\/shared\//],
    ['lambdas/shared', /^lambdas\/shared\//],
    ['lib/metrics', /^lib\/metrics\//],
    ['lib/instrumentation', /^lib\/(instrumentation|metrics)\//],
  ])('%s imports only what lies below it', (folder, allowed) => {
    const strays = sources
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap((file) => relativeImports(file).map((target) => ({ file, target })))
      .filter(({ target }) => !allowed.test(target) && !/^(cdk|package)\.json$/.test(target));

    expect(strays).toEqual([]);
  });

  test('bundle nothing but the AWS SDK into a function', () => {
    const packages = sources
      .filter((file) => file.startsWith('lambdas/'))
      .flatMap((file) => [...read(file).matchAll(/^import (?!type)[^;]*from '([^.][^']*)'/gm)])
      .map(([, name]) => name)
      .filter((name) => !/^(node:|@aws-sdk\/)/.test(name ?? ''));

    expect(packages).toEqual([]);
  });
});

describe('the diff workflow', () => {
  test('compares every environment', () => {
    const { jobs } = parse(read('.github/workflows/diff.yml'));

    expect(jobs.diff.strategy.matrix.environment).toEqual(Object.keys(environments));
  });
});

describe('package-lock.json', () => {
  test('knows the packages of every platform, or npm ci refuses it', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in packages) && !(`${place}/node_modules/${name}` in packages),
      ),
    );

    expect(missing).toEqual([]);
  });
});

describe('README and CONTRIBUTING', () => {
  const documents = ['README.md', 'CONTRIBUTING.md'];

  test.each(documents)('%s names only paths that exist', (document) => {
    const paths = [
      ...read(document).matchAll(
        /`((?:bin|lib|lambdas|rules|dashboards|test|local|docs)\/[^`<\s]*)`/g,
      ),
      ...read(document).matchAll(/\]\(([^)#:]+)\)/g),
    ].map(([, path]) => path ?? '');

    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test.each(documents)('%s names only scripts that exist', (document) => {
    const named = [...read(document).matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? '');

    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

function relativeImports(file: string): string[] {
  return [...read(file).matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
    relative(root, normalize(join(root, dirname(file), path ?? ''))),
  );
}
