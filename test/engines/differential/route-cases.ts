import { cases } from './case';
import {
  accepted,
  both,
  cortex,
  type DefinitionRow,
  limit,
  route,
  utf8,
  withRoot,
  withRoute,
} from './definition-case';

const withMatcher = (matcher: string) => withRoute({ matchers: [matcher] });

const inRoute = 'route severity = "critical"';

const rows: DefinitionRow[] = [
  [
    'a route to nobody',
    withRoute({ receiver: 'nobody' }),
    `${inRoute}: no receiver is called 'nobody'`,
    both('undefined receiver "nobody" used in route'),
  ],
  [
    'no receiver at the root',
    withRoot({ receiver: undefined }),
    'route of everything else: receiver must be the name of a receiver, got nothing',
    both('root route must specify a default receiver'),
  ],
  [
    'matchers at the root',
    withRoot({ matchers: ['job = "a"'] }),
    'route job = "a": matchers must be left out: the root route is about every alert, got ["job = \\"a\\""]',
    both('root route must not have any matchers'),
  ],
  [
    'an unknown field',
    withRoute({ match_all: true }),
    `${inRoute}: has no field 'match_all'`,
    both('field match_all not found'),
  ],
  [
    'a field for upstream only',
    withRoute({ continue: true }),
    `${inRoute}: has no field 'continue'`,
    accepted,
    'not in our types; add it to them and to the check together',
  ],
  [
    'a repetition after 6 d',
    withRoute({ repeat_interval: '6d' }),
    `${inRoute}: repeat_interval must be a duration of at most 5d, and not 0, got "6d"`,
    accepted,
    'AMP takes it as 5 d without a word',
  ],
  [
    'a repetition after nothing',
    withRoute({ repeat_interval: '0s' }),
    `${inRoute}: repeat_interval must be a duration of at most 5d, and not 0, got "0s"`,
    both('repeat_interval cannot be zero'),
  ],
  [
    'a group_interval of nothing',
    withRoute({ group_interval: '0s' }),
    `${inRoute}: group_interval must be a duration such as 2m, and not 0, got "0s"`,
    both('group_interval cannot be zero'),
  ],
  [
    'a group_wait that is no duration',
    withRoute({ group_wait: 'often' }),
    `${inRoute}: group_wait must be a duration such as 15s, got "often"`,
    both('not a valid duration string: "often"'),
  ],
  [
    'a label twice in group_by',
    withRoute({ group_by: ['job', 'job'] }),
    `${inRoute}: group_by must name each label once, got ["job","job"]`,
    both('duplicated label "job" in group_by'),
  ],
  [
    'a dash in group_by',
    withRoute({ group_by: ['a-b'] }),
    `${inRoute}: group_by[0] must be the name of a label, got "a-b"`,
    cortex('invalid label name "a-b" in group_by list'),
    utf8,
  ],
  [
    '== in a matcher',
    withMatcher('severity == "a"'),
    'route severity == "a": matchers[0] must be label = "value", got "severity == \\"a\\""',
    both('matcher value contains unescaped double quote'),
  ],
  [
    'half a matcher',
    withMatcher('severity'),
    'route severity: matchers[0] must be label = "value", got "severity"',
    both('bad matcher format: severity'),
  ],
  [
    'a matcher without quotes',
    withMatcher('severity = a'),
    'route severity = a: matchers[0] must be label = "value", got "severity = a"',
    accepted,
    'we use one notation of several',
  ],
  [
    'a dash in a matcher',
    withMatcher('a-b = "c"'),
    'route a-b = "c": matchers[0] must be label = "value", got "a-b = \\"c\\""',
    cortex('bad matcher format: a-b = "c"'),
    utf8,
  ],
  [
    'a broken regular expression',
    withMatcher('job =~ "("'),
    'route job =~ "(": matchers[0]: \'(\' is no regular expression',
    both('missing closing )'),
  ],
  [
    'a look-ahead',
    withMatcher('job =~ "(?!a)"'),
    "route job =~ \"(?!a)\": matchers[0]: '(?!a)' is no regular expression: RE2 has no '(?!'",
    both('invalid or unsupported Perl syntax'),
  ],
  [
    'more than 100 routes',
    withRoot({ routes: Array(100).fill(route) }),
    'AMP takes at most 100 routes, got 101',
    accepted,
    limit,
  ],
];

export const routeCases = cases(rows);
