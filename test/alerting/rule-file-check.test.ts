import { stringify } from 'yaml';
import { ruleFileProblems } from '../../lib/alerting/rule-file-check';
import { alert, group, record } from '../support/valid-rules';

const file = (content: unknown, name = 'service') => ({
  name,
  path: `rules/${name}.yaml`,
  text:
    typeof content === 'string' ? content : stringify(content, { aliasDuplicateObjects: false }),
});
const withGroup = (change: object) => [file({ groups: [{ ...group, ...change }] })];
const withRule = (rule: object) => withGroup({ rules: [rule] });
const withLabels = (labels: object) =>
  withRule({ ...alert, labels: { ...alert.labels, ...labels } });
const withAnnotations = (change: object) =>
  withRule({ ...alert, annotations: { ...alert.annotations, ...change } });

const templateProblem = (field: string, action: string) =>
  `${field}: '${action}' uses the variable '$label', which nothing declares`;

describe('ruleFileProblems', () => {
  test('has nothing to say about a file that is right', () => {
    expect(ruleFileProblems([file({ groups: [group] })])).toEqual([]);
  });

  test.each([
    ['empty', '', 'must hold groups of rules, got null'],
    ['not a mapping', 'groups', 'must hold groups of rules, got "groups"'],
    [
      'not YAML',
      'groups: [',
      'must be YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10',
    ],
    [
      'two documents',
      'groups: 1\n---\ngroups: 2',
      'must be one document, without a line ---; split it in two files',
    ],
    ['with a tag', 'groups: !!set []', /must be YAML: .*/],
    ['with an alias', 'groups: *all', "must not use the alias '*all'; write the value out"],
    ['with a key twice', 'groups: []\ngroups: []', /must be YAML: Map keys must be unique/],
    ['without groups', { groups: [] }, 'groups must not be empty, got []'],
    ['more than groups', { groups: [group], rules: [] }, "has no field 'rules'"],
  ])('refuses a file that is %s', (_, content, problem) => {
    const [first = '', ...others] = ruleFileProblems([file(content)]);

    expect(first.replace('rules/service.yaml: ', '')).toMatch(problem);
    expect(others).toEqual([]);
  });

  test.each([
    [{ interval: '15s' }, 'interval must be a duration of at least 30s, got "15s"'],
    [{ interval: '29s999ms' }, 'interval must be a duration of at least 30s, got "29s999ms"'],
    [{ interval: undefined }, 'interval must be a duration of at least 30s, got nothing'],
    [{ interval: 'often' }, 'interval must be a duration of at least 30s, got "often"'],
    [{ query_offset: '1m' }, "has no field 'query_offset'"],
    [{ limit: 'all' }, 'limit must be a whole number, got "all"'],
    [{ rules: [] }, 'rules must not be empty, got []'],
    [{ rules: 'none' }, 'rules must be a list, got "none"'],
  ])('refuses a group with %j', (change, problem) => {
    const problems = ruleFileProblems(withGroup(change));

    expect(problems).toEqual([`rules/service.yaml: group service: ${problem}`]);
  });

  test('names a group without a name by its number', () => {
    const problems = ruleFileProblems(withGroup({ name: undefined }));

    expect(problems).toEqual([
      'rules/service.yaml: group number 1: name must be text, got nothing',
    ]);
  });

  test.each([
    [{ expr: 'sum(up' }, 'expr: stops being PromQL at line 1, column 7: its end'],
    [{ expr: 'sum(up)\n  == == 1' }, "expr: stops being PromQL at line 2, column 6: '== 1'"],
    [{ expr: 'upper(up)' }, "expr: stops being PromQL at line 1, column 6: '(up)'"],
    [{ expr: 'rate(up)' }, "expr: rate takes a range vector, got an instant vector: 'up'"],
    [{ expr: 1 }, 'expr must be PromQL, got 1'],
    [{ expr: '\nup' }, 'expr must not begin with an empty or indented line, got "\\nup"'],
    [{ expr: '  up\n> 0' }, 'expr must not begin with an empty or indented line, got "  up\\n> 0"'],
    [{ for: '293y' }, 'for must be a duration such as 5m, got "293y"'],
    [{ for: '5 min' }, 'for must be a duration such as 5m, got "5 min"'],
    [{ for: '5s5m' }, 'for must be a duration such as 5m, got "5s5m"'],
    [{ keep_firing_for: '' }, 'keep_firing_for must be a duration such as 5m, got ""'],
    [{ labels: undefined }, 'labels must be a mapping, got nothing'],
    [{ annotations: undefined }, 'annotations must be a mapping, got nothing'],
    [{ keep_firing: '5m' }, "has no field 'keep_firing'"],
  ])('refuses an alert with %j', (change, problem) => {
    const problems = ruleFileProblems(withRule({ ...alert, ...change }));

    expect(problems).toEqual([`rules/service.yaml: group service: alert ServiceDown: ${problem}`]);
  });

  test.each([
    [{ severity: 'page' }, 'labels.severity must be critical, warning or info, got "page"'],
    [{ severity: undefined }, 'labels.severity must be critical, warning or info, got nothing'],
    [
      { component: undefined },
      'labels.component must be lower-case letters and dashes, got nothing',
    ],
    [{ limit: 5 }, 'labels.limit must be text in quotes, got 5'],
    [{ 'pool-name': 'a' }, "'pool-name' is not the name of a label"],
    [{ __name__: 'a' }, "'__name__' is not the name of a label"],
    [{ pool: '{{ $label.pool }}' }, templateProblem('labels.pool', '{{ $label.pool }}')],
  ])('refuses an alert with the labels %j', (change, problem) => {
    const problems = ruleFileProblems(withLabels(change));

    expect(problems).toEqual([`rules/service.yaml: group service: alert ServiceDown: ${problem}`]);
  });

  test.each([
    [{ summary: undefined }, 'summary must be text, got nothing'],
    [{ description: ' ' }, 'description must be text, got " "'],
    [{ summary: '{{ $labels.job' }, "summary: '{{ $labels.job' is not closed by '}}'"],
    [{ hint: '{{ $label.job }}' }, templateProblem('hint', '{{ $label.job }}')],
    [
      { runbook: 'https://wiki/service.md#servicedown' },
      'runbook must be file.md#heading in docs/runbooks, without a host, got "https://wiki/service.md#servicedown"',
    ],
    [
      { dashboard: 'https://grafana/d/application' },
      'dashboard must be the uid of a dashboard, without a host, got "https://grafana/d/application"',
    ],
  ])('refuses an alert with the annotations %j', (change, problem) => {
    const problems = ruleFileProblems(withAnnotations(change));

    expect(problems).toEqual([
      `rules/service.yaml: group service: alert ServiceDown: annotations.${problem}`,
    ]);
  });

  test('refuses an annotation whose name cannot be one', () => {
    const problems = ruleFileProblems(withAnnotations({ 'run-book': 'a' }));

    expect(problems).toEqual([
      "rules/service.yaml: group service: alert ServiceDown: 'run-book' is not the name of a label",
    ]);
  });

  test.each([
    [
      { ...alert, alert: 'service_down' },
      'group service: alert service_down: alert must be PascalCase, letters and digits, got "service_down"',
    ],
    [
      { ...record, record: 'errors' },
      'group service: record errors: record must be level:metric:operation in lower case, got "errors"',
    ],
    [{ ...record, for: '5m' }, "group service: record job:up:sum: has no field 'for'"],
    [
      { ...record, expr: '' },
      'group service: record job:up:sum: expr: stops being PromQL at line 1, column 1: its end',
    ],
    [{ ...record, ...alert }, 'group service: alert ServiceDown: must have either alert or record'],
    [{ expr: 'up' }, 'group service: rule number 1: must have either alert or record'],
    ['up', 'group service: rule number 1: must have either alert or record'],
  ])('refuses the rule %j', (rule, problem) => {
    const problems = ruleFileProblems(withGroup({ rules: [rule] }));

    expect(problems).toEqual([`rules/service.yaml: ${problem}`]);
  });

  test('takes an alert that waits for nothing', () => {
    expect(ruleFileProblems(withRule({ ...alert, for: undefined }))).toEqual([]);
  });

  test('refuses two groups of one name in one file, but not in two', () => {
    const other = { ...group, rules: [{ ...record, record: 'job:up:count' }] };

    const inOne = ruleFileProblems([file({ groups: [group, other] })]);
    const inTwo = ruleFileProblems([file({ groups: [group] }), file({ groups: [other] }, 'other')]);

    expect(inOne).toEqual([
      'rules/service.yaml: group service: is there twice; join the two, or rename one',
    ]);
    expect(inTwo).toEqual([]);
  });

  test('refuses an alert that another file has with the same labels', () => {
    const same = { ...alert, labels: { component: 'service', severity: 'critical' } };
    const files = [
      file({ groups: [group] }),
      file({ groups: [{ ...group, rules: [same] }] }, 'other'),
    ];

    expect(ruleFileProblems(files)).toEqual([
      'rules/other.yaml: group service: alert ServiceDown: is there already: rules/service.yaml: group service: alert ServiceDown; rename one, or give one a label',
    ]);
  });

  test('refuses a recording rule that is there with the same labels', () => {
    const other = { ...record, expr: 'count by (job) (up)' };

    expect(ruleFileProblems(withGroup({ rules: [record, other] }))).toEqual([
      'rules/service.yaml: group service: record job:up:sum: is there already: rules/service.yaml: group service: record job:up:sum; rename one, or give one a label',
    ]);
  });

  test('takes a recording rule that another file has only if one of them steps aside', () => {
    const again = (expr: string) => [
      file({ groups: [group] }),
      file({ groups: [{ ...group, rules: [{ ...record, expr }] }] }, 'other'),
    ];

    const both = ruleFileProblems(again('count by (job) (up)'));
    const aside = ruleFileProblems(again('count by (job) (up) unless on (job) down'));

    expect(both).toEqual([
      'rules/other.yaml: group service: record job:up:sum: is there already: rules/service.yaml: group service: record job:up:sum; rename one, or give one a label',
    ]);
    expect(aside).toEqual([]);
  });

  test('takes two recording rules of one name whose labels differ', () => {
    const other = { ...record, labels: { job: 'api' } };

    expect(ruleFileProblems(withGroup({ rules: [record, other] }))).toEqual([]);
  });

  test('takes two alerts of one name whose labels differ', () => {
    const other = { ...alert, labels: { ...alert.labels, limit: 'server' } };

    expect(ruleFileProblems(withGroup({ rules: [alert, other] }))).toEqual([]);
  });

  test('refuses two files of one name', () => {
    const rules = [{ ...record, record: 'job:up:count' }];
    const generated = { ...file({ groups: [{ ...group, rules }] }), path: 'generated' };

    expect(ruleFileProblems([file({ groups: [group] }), generated])).toEqual([
      'generated: its name is taken by rules/service.yaml; rename one',
    ]);
  });

  test.each(['Service', 'a'.repeat(65), 'a_b', '1'])('refuses the file name %s', (name) => {
    expect(ruleFileProblems([file({ groups: [group] }, name)])).toEqual([
      `rules/${name}.yaml: its name must be at most 64 lower-case letters, digits and dashes`,
    ]);
  });

  test('counts the bytes of file and group name together', () => {
    const longest = 'ž'.repeat(357);

    const fits = ruleFileProblems(withGroup({ name: longest }));
    const tooLong = ruleFileProblems(withGroup({ name: `${longest}a` }));

    expect(fits).toEqual([]);
    expect(tooLong).toEqual([
      `rules/service.yaml: group ${longest}a: its name and that of the file must be at most 721 bytes, got 722`,
    ]);
  });

  test('refuses a file of more than 1,000,000 bytes', () => {
    const { text, ...rest } = file({ groups: [group] });
    const comment = `# ${'ž'.repeat(500_000)}\n`;

    expect(ruleFileProblems([{ ...rest, text: comment + text }])).toEqual([
      `rules/service.yaml: AMP takes at most 1000000 bytes, got ${1_000_003 + text.length}; split the file`,
    ]);
  });

  test('refuses more than 2,000 rules in all', () => {
    const thousand = (prefix: string) =>
      Array.from({ length: 1000 }, (_, index) => ({ ...record, record: `${prefix}:up:${index}` }));
    const files = ['a', 'b'].map((name) =>
      file({ groups: [{ ...group, rules: thousand(name) }] }, name),
    );

    const atLimit = ruleFileProblems(files);
    const above = ruleFileProblems([...files, file({ groups: [group] })]);

    expect(atLimit).toEqual([]);
    expect(above).toEqual(['rules: AMP takes at most 2000 rules, got 2002; take some out']);
  });

  describe('of a file that a user brought', () => {
    const users = (...rules: object[]) => [
      { ...file({ groups: [{ ...group, rules }] }, 'mine'), isUsers: true },
    ];
    const own = { alert: 'queue is long', expr: 'queue > 5', labels: { severity: 'info' } };

    test.each([
      ['an alert with a severity and nothing else', own],
      ['a recording rule of any name', { record: 'Queue_length', expr: 'sum(queue)' }],
      ['an alert of our form', { ...alert, alert: 'MineDown' }],
    ])('takes %s', (_, rule) => {
      expect(ruleFileProblems(users(rule))).toEqual([]);
    });

    test('takes a group without an interval, but none that is too short', () => {
      const every = (interval?: string) => [
        { ...file({ groups: [{ ...group, interval, rules: [own] }] }, 'mine'), isUsers: true },
      ];

      expect(ruleFileProblems(every())).toEqual([]);
      expect(ruleFileProblems(every('15s'))).toHaveLength(1);
    });

    const severity = 'labels.severity must be critical, warning or info';

    test.each([
      [{ labels: {} }, `${severity}, got nothing`],
      [{ labels: { severity: 'page' } }, `${severity}, got "page"`],
      [{ labels: undefined }, 'labels must be a mapping, got nothing'],
      [{ expr: 'sum(' }, 'expr: stops being PromQL at line 1, column 5: its end'],
      [{ for: 'soon' }, 'for must be a duration such as 5m, got "soon"'],
      [
        { annotations: { runbook: 'https://wiki' } },
        'annotations.runbook must be file.md#heading in docs/runbooks, without a host, got "https://wiki"',
      ],
      [
        { annotations: { hint: '{{ $x }}' } },
        "annotations.hint: '{{ $x }}' uses the variable '$x', which nothing declares",
      ],
    ])('refuses an alert with %j', (change, problem) => {
      expect(ruleFileProblems(users({ ...own, ...change }))).toEqual([
        `rules/mine.yaml: group service: alert queue is long: ${problem}`,
      ]);
    });

    test('refuses a recording rule that is no metric', () => {
      expect(ruleFileProblems(users({ record: 'queue-length', expr: 'sum(queue)' }))).toEqual([
        'rules/mine.yaml: group service: record queue-length: record must be the name of a metric, got "queue-length"',
      ]);
    });

    test('refuses the name of an alert that is there, whatever its labels', () => {
      const same = { ...own, alert: 'ServiceDown' };

      expect(ruleFileProblems([file({ groups: [group] }), ...users(same)])).toEqual([
        'rules/mine.yaml: group service: alert ServiceDown: its name is taken by rules/service.yaml: group service: alert ServiceDown; choose another, or switch that one off',
      ]);
    });
  });
});
