import { alert, group, record } from '../../support/valid-rules';
import { cases } from './case';
import {
  file,
  inAlert,
  inGroup,
  ofFile,
  oldSays,
  promtoolSays,
  type RuleRow,
  rightFile,
  rules,
  say,
} from './rule-case';

const right = rightFile.text;
const labels = (change: object) => inAlert({ labels: { ...alert.labels, ...change } });
const annotations = (change: object) =>
  inAlert({ annotations: { ...alert.annotations, ...change } });
const longName = 'a'.repeat(715);

const oneGroup = 'Cortex gets one group at a time';
const lenient = 'Cortex drops a field that it does not know';
const house = 'a rule of ours: every alert can be routed, named and looked up';
const limit = "a limit of AMP's control plane, which no engine has";

const files: RuleRow[] = [
  [
    'broken YAML',
    file('groups: ['),
    'must be YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10',
    ofFile('did not find expected node content'),
    oneGroup,
  ],
  [
    'a key twice',
    file(`${right}groups: []\n`),
    'must be YAML: Map keys must be unique at line 18, column 1',
    ofFile('mapping key "groups" already defined'),
    oneGroup,
  ],
  [
    'two documents',
    file(`${right}---\n${right}`),
    'must be one document, without a line ---; split it in two files',
    ofFile(),
    'promtool reads the first document and drops the other without a word',
  ],
  [
    'a tag',
    file(right.replace('30s', '!seconds 30s')),
    'must be YAML: Unresolved tag: !seconds at line 3, column 15',
    ofFile(),
    'engines read past a tag that nobody defined',
  ],
  [
    'an alias',
    file(
      right
        .replace('name: service', 'name: &name service')
        .replace('component: service', 'component: *name'),
    ),
    "must not use the alias '*name'; write the value out",
    ofFile(),
    'an alias may lead into itself; nobody needs one here',
  ],
  [
    'an empty file',
    file(''),
    'must hold groups of rules, got null',
    ofFile(),
    'a file without rules is a file that somebody forgot to fill',
  ],
  [
    'no groups',
    file({ groups: [] }),
    'groups must not be empty, got []',
    ofFile(),
    'a file without rules is a file that somebody forgot to fill',
  ],
  [
    'an unknown field beside groups',
    file({ groups: [group], rules: [] }),
    "has no field 'rules'",
    ofFile('field rules not found'),
    oneGroup,
  ],
  [
    'a group without a name',
    inGroup({ name: '' }),
    'name must be text, got ""',
    say(
      'Groupname must not be empty',
      'Groupname must not be empty',
      'rule group name must not be empty',
    ),
  ],
  [
    'two groups of one name',
    file({ groups: [group, { ...group, rules: [{ ...record, record: 'job:up:count' }] }] }),
    'is there twice; join the two, or rename one',
    ofFile('groupname: "service" is repeated in the same file'),
    `${oneGroup}, and the second replaces the first`,
  ],
  [
    'a group without rules',
    inGroup({ rules: [] }),
    'rules must not be empty, got []',
    { ...say(), Cortex: { refuses: "rule group 'service' has no rules" } },
    'promtool finds nothing to check',
  ],
  [
    'an interval of 15 s',
    inGroup({ interval: '15s' }),
    'interval must be a duration of at least 30s, got "15s"',
    say(),
    limit,
  ],
  [
    'no interval',
    inGroup({ interval: undefined }),
    'interval must be a duration of at least 30s, got nothing',
    say(),
    'Prometheus takes its own default, AMP 60 s',
  ],
  [
    'an interval that is no duration',
    inGroup({ interval: 'often' }),
    'interval must be a duration of at least 30s, got "often"',
    say('not a valid duration string: "often"', undefined, 'unable to decoded rule group'),
  ],
  [
    'a field of newer groups',
    inGroup({ query_offset: '1m' }),
    "has no field 'query_offset'",
    oldSays('field query_offset not found'),
    'newer than Prometheus 2.42, with which rules must do',
  ],
  [
    'a limit that is no number',
    inGroup({ limit: 'all' }),
    'limit must be a whole number, got "all"',
    say('cannot unmarshal !!str `all` into int', undefined, 'unable to decoded rule group'),
  ],
  [
    'a file of more than 1,000,000 bytes',
    { ...rightFile, text: `# ${'a'.repeat(1_000_000)}\n${right}` },
    `AMP takes at most 1000000 bytes, got ${1_000_003 + right.length}; split the file`,
    say(),
    limit,
  ],
  [
    'more than 2,000 rules',
    rules(
      ...Array.from({ length: 2001 }, (_, index) => ({ ...record, record: `job:up:${index}` })),
    ),
    'AMP takes at most 2000 rules, got 2001; take some out',
    say(),
    limit,
  ],
  [
    '721 bytes of file and group name',
    inGroup({ name: longName }),
    `its name and that of the file must be at most 721 bytes, got 722`,
    { ...say(), Cortex: 'is not asked' },
    'a limit of AMP; Cortex has that of the disk behind it',
  ],
  [
    'a file name in capitals',
    { ...rightFile, name: 'Service' },
    'its name must be at most 64 lower-case letters, digits and dashes',
    say(),
    'the name of a namespace in AMP; engines take any',
  ],
];

const rulesOfGroup: RuleRow[] = [
  [
    'neither alert nor record',
    rules({ expr: 'up' }),
    'must have either alert or record',
    say("one of 'record' or 'alert' must be set"),
  ],
  [
    'both alert and record',
    rules({ ...record, ...alert }),
    'must have either alert or record',
    say("only one of 'record' and 'alert' must be set"),
  ],
  [
    'an unknown field of a rule',
    inAlert({ keep_firing: '5m' }),
    "has no field 'keep_firing'",
    promtoolSays('field keep_firing not found'),
    lenient,
  ],
  [
    'a recording rule with for',
    rules({ ...record, for: '5m' }),
    "has no field 'for'",
    say("invalid field 'for' in recording rule"),
  ],
  [
    'a metric name with a dash',
    rules({ ...record, record: 'job-up' }),
    'record must be level:metric:operation in lower case, got "job-up"',
    say('invalid recording rule name: job-up'),
  ],
  [
    'a recorded name without a level',
    rules({ ...record, record: 'errors' }),
    'record must be level:metric:operation in lower case, got "errors"',
    say(),
    'a convention, by which one sees where a series comes from',
  ],
  [
    'an alert with a dash',
    inAlert({ alert: 'service-down' }),
    'alert must be PascalCase, letters and digits, got "service-down"',
    say(),
    house,
  ],
  [
    'for that is no duration',
    inAlert({ for: '5 min' }),
    'for must be a duration such as 5m, got "5 min"',
    say('not a valid duration string', 'unknown unit " min"', 'unable to decoded rule group'),
  ],
  [
    'keep_firing_for that is no duration',
    inAlert({ keep_firing_for: '5 min' }),
    'keep_firing_for must be a duration such as 5m, got "5 min"',
    say('not a valid duration string', 'unknown unit " min"', 'unable to decoded rule group'),
  ],
  [
    'for of 300 years',
    inAlert({ for: '300y' }),
    'for must be a duration such as 5m, got "300y"',
    say('duration out of range', undefined, 'unable to decoded rule group'),
  ],
  [
    'a number as a label',
    labels({ limit: 5 }),
    'labels.limit must be text in quotes, got 5',
    say(),
    'readers of YAML differ in what 010 is',
  ],
  [
    'a list as a label',
    labels({ limit: ['a'] }),
    'labels.limit must be text in quotes, got ["a"]',
    say('cannot unmarshal !!seq into string', undefined, 'unable to decoded rule group'),
  ],
  [
    'a label with a dash',
    labels({ 'pool-name': 'a' }),
    "'pool-name' is not the name of a label",
    say('invalid label name: pool-name'),
  ],
  [
    'the label __name__',
    labels({ __name__: 'a' }),
    "'__name__' is not the name of a label",
    say('invalid label name: __name__'),
  ],
  [
    'an annotation of several lines that begins with a tab',
    annotations({ summary: '\tup\nor down' }),
    'annotations.summary must not begin with a tab, got "\\tup\\nor down"',
    say('found a tab character', undefined, 'unable to decoded rule group'),
  ],
  [
    'an annotation with a dash',
    annotations({ 'run-book': 'a' }),
    "'run-book' is not the name of a label",
    say('invalid annotation name: run-book'),
  ],
  [
    'a severity that nobody hears',
    labels({ severity: 'page' }),
    'labels.severity must be critical, warning or info, got "page"',
    say(),
    house,
  ],
  [
    'a component in capitals',
    labels({ component: 'Service' }),
    'labels.component must be lower-case letters and dashes, got "Service"',
    say(),
    house,
  ],
  [
    'a runbook with a host',
    annotations({ runbook: 'https://example.com/service.md#servicedown' }),
    'annotations.runbook must be file.md#heading in docs/runbooks, without a host, got "https://example.com/service.md#servicedown"',
    say(),
    'hosts differ between environments, rule files do not',
  ],
  [
    'a dashboard with a host',
    annotations({ dashboard: 'https://example.com/d/application' }),
    'annotations.dashboard must be the uid of a dashboard, without a host, got "https://example.com/d/application"',
    say(),
    'hosts differ between environments, rule files do not',
  ],
  [
    'no runbook',
    annotations({ runbook: undefined }),
    'annotations.runbook must be file.md#heading in docs/runbooks, without a host, got nothing',
    say(),
    house,
  ],
  [
    'an alert twice',
    rules(alert, alert),
    'is there already: service.yaml: group service: alert ServiceDown; rename one, or give one a label',
    promtoolSays('1 duplicate rule(s) found'),
    'Cortex does not compare rules; promtool does with --lint',
  ],
  [
    'a recording rule twice',
    rules(record, { ...record, expr: 'count by (job) (up)' }),
    'is there already: service.yaml: group service: record job:up:sum; rename one, or give one a label',
    promtoolSays('1 duplicate rule(s) found'),
    'Cortex does not compare rules; promtool does with --lint',
  ],
];

export const ruleCases = cases([...files, ...rulesOfGroup]);
