import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ruleFiles } from '../../lib/alerting/rule-files';

const text = (interval: string, name = 'service') => `# why
groups:
  - name: ${name}
    interval: ${interval}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
`;
const right = text('30s');

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spheroseg-rules-'));
  folder = join(root, 'rules');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | Buffer = right) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const names = () => ruleFiles(folder).map(({ name }) => name);
const problems = () => {
  try {
    return ruleFiles(folder).map(({ path }) => `nothing wrong with ${path}`);
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '').split('\n');
  }
};
const record = (name: string) => right.replace('job:up:sum', `job:up:${name}`);

describe('ruleFiles', () => {
  test('reads each file byte for byte, named by its stem', () => {
    write('service.yaml');
    write('README.md', 'not a rule file');

    expect(ruleFiles(folder)).toEqual([
      { name: 'service', path: join(folder, 'service.yaml'), text: right, isUsers: true },
    ]);
  });

  test('reads the files of a folder too, named after both', () => {
    write('service.yaml');
    write('team-x/errors.yaml', record('errors'));
    write('team-x/queue.yaml', record('queue'));

    expect(names()).toEqual(['service', 'team-x-errors', 'team-x-queue']);
  });

  test('holds a file to the conventions of the house where it has a runbook', () => {
    mkdirSync(join(root, 'docs/runbooks'), { recursive: true });
    writeFileSync(join(root, 'docs/runbooks/service.md'), '');
    writeFileSync(join(root, 'docs/runbooks/team-x-errors.md'), '');
    write('service.yaml');
    write('mine.yaml', record('mine'));
    write('team-x/errors.yaml', record('errors'));

    const users = ruleFiles(folder).filter(({ isUsers }) => isUsers);

    expect(users.map(({ name }) => name)).toEqual(['mine']);
  });

  test.each([
    '.hidden.yaml',
    '.#service.yaml',
    'service.yaml~',
    '#service.yaml#',
    'team-x/.a.yaml',
  ])('reads past %s, which an editor left', (entry) => {
    write('service.yaml');
    write('team-x/errors.yaml', record('errors'));
    write(entry, 'half of a fil');

    expect(names()).toEqual(['service', 'team-x-errors']);
  });

  test('reads what a link leads to', () => {
    write('service.yaml');
    mkdirSync(join(root, 'elsewhere'));
    writeFileSync(join(root, 'elsewhere/errors.yaml'), record('errors'));
    symlinkSync(join(root, 'elsewhere/errors.yaml'), join(folder, 'linked.yaml'));

    expect(names()).toEqual(['linked', 'service']);
  });

  test('takes lines that end as on Windows, byte for byte', () => {
    write('service.yaml', right.replaceAll('\n', '\r\n'));

    expect(ruleFiles(folder)[0]?.text).toBe(right.replaceAll('\n', '\r\n'));
  });

  test('takes an anchor to which no alias leads', () => {
    write('service.yaml', right.replace('30s', '&often 30s'));

    expect(names()).toEqual(['service']);
  });

  test.each([
    ['a.yml', right, 'a.yml: must end in .yaml, or nobody deploys it'],
    ['a.YAML', right, 'a.YAML: must end in .yaml, or nobody deploys it'],
    ['team-x/a.yml', right, 'team-x/a.yml: must end in .yaml, or nobody deploys it'],
    [
      'a.test.yaml',
      'tests: []',
      'a.test.yaml: is a test; move it to test/rules, or AMP gets it as rules',
    ],
    [
      'inventory.yaml',
      right,
      'inventory.yaml: must be called otherwise: a file of this name is generated',
    ],
    ['empty.yaml', '', 'empty.yaml: must hold groups of rules, got null'],
    ['only-comments.yaml', '# none\n', 'only-comments.yaml: must hold groups of rules, got null'],
    ['x.yaml', `\uFEFF${right}`, 'x.yaml: must not begin with a byte order mark'],
    ['x.yaml', Buffer.from([0xff, 0xfe, 0x00]), 'x.yaml: must be UTF-8'],
    [
      'x.yaml',
      right.replace('    rules:', '\trules:'),
      /^x.yaml: must be YAML: Tabs are not allowed as indentation/,
    ],
    ['x.yaml', `${right}groups: []\n`, /^x.yaml: must be YAML: Map keys must be unique/],
    ['x.yaml', 'groups: *all', "x.yaml: must not use the alias '*all'; write the value out"],
    ['x.yaml', '\u0000\u0001', /^x.yaml: must/],
    [
      'x_y.yaml',
      right,
      'x_y.yaml: its name must be at most 64 lower-case letters, digits and dashes',
    ],
    [
      `${'a'.repeat(40)}/${'b'.repeat(40)}.yaml`,
      right,
      /its name must be at most 64 lower-case letters, digits and dashes$/,
    ],
    [
      'x.yaml',
      right.replace('30s', '10s'),
      'x.yaml: group service: interval must be a duration of at least 30s, got "10s"',
    ],
    ['team-x/README.md', 'soon', 'team-x: no file ends in .yaml'],
    [
      'team-x/deep/a.yaml',
      right,
      /^team-x\/deep: is a folder in a folder; move its files to .*team-x$/,
    ],
  ])('refuses %s', (path, content, problem) => {
    write('ok.yaml', record('ok'));
    write(path, content);

    expect(problems()).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  test('refuses a link that leads nowhere', () => {
    write('service.yaml');
    symlinkSync(join(root, 'nowhere.yaml'), join(folder, 'gone.yaml'));

    expect(problems()).toEqual(['gone.yaml: is a link that leads nowhere']);
  });

  test('refuses two files that would be one namespace', () => {
    write('team-x-errors.yaml');
    write('team-x/errors.yaml', record('errors'));

    expect(problems()).toEqual([
      'team-x-errors.yaml: its name is taken by team-x/errors.yaml; rename one',
    ]);
  });

  test('lists every problem of every file in one error', () => {
    write('a.yaml', text('1s'));
    write('b.yaml', '');
    write('c.yml', '');
    write('team-x/d.yaml', 'groups: [');

    expect(problems()).toEqual([
      'c.yml: must end in .yaml, or nobody deploys it',
      'a.yaml: group service: interval must be a duration of at least 30s, got "1s"',
      'b.yaml: must hold groups of rules, got null',
      expect.stringMatching(/^team-x\/d.yaml: must be YAML: /),
    ]);
  });

  test('refuses a folder without a rule file', () => {
    expect(() => ruleFiles(folder)).toThrow(`${folder}: no file ends in .yaml`);
  });
});
