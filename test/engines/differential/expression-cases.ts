import { cases } from './case';
import { inAlert, oldSays, promtoolSays, type RuleCase, type RuleRow, say } from './rule-case';

const newer = 'newer than Prometheus 2.42, with which rules must do';
const atRun = 'loaded by all, and then the rule fails each time it is evaluated';

type Row = [
  what: string,
  expr: string | number,
  ours: string,
  engines: RuleCase['engines'],
  why?: string,
];

const syntax: Row[] = [
  [
    'nothing',
    '',
    ': stops being PromQL at line 1, column 1: its end',
    say("field 'expr' must be set in rule"),
  ],
  [
    'a number for YAML',
    1,
    ' must be PromQL, got 1',
    say(),
    'text stands in quotes; engines read the number as PromQL',
  ],
  [
    'a missing bracket',
    'sum(up',
    ': stops being PromQL at line 1, column 7: its end',
    say('unclosed left parenthesis'),
  ],
  [
    'a dash in a label',
    'up{pool-name="a"}',
    ': stops being PromQL at line 1, column 8: \'-name="a"}\'',
    say("unexpected character inside braces: '-'"),
  ],
  [
    'units in the wrong order',
    'rate(up[5m1h])',
    ": stops being PromQL at line 1, column 11: '1h])'",
    say('not a valid duration string: "5m1h"', undefined, 'duration'),
  ],
  [
    'an unknown function',
    'upper(up)',
    ": stops being PromQL at line 1, column 6: '(up)'",
    say('unknown function with name "upper"'),
  ],
  [
    'holt_winters',
    'holt_winters(up[1h], 0.5, 0.5)',
    ": stops being PromQL at line 1, column 13: '(up[1h], 0.5, 0.5)'",
    say(),
    'Prometheus 3 calls it double_exponential_smoothing',
  ],
];

const cortexOnly =
  "Cortex writes the text as YAML and cannot read it back; promtool reads the file's own";

const layout: Row[] = [
  [
    'an empty line before it',
    '\nup',
    ' must not begin with an empty or indented line, got "\\nup"',
    { ...say(), Cortex: { refuses: 'unable to decoded rule group' } },
    cortexOnly,
  ],
  [
    'a first line that is indented',
    '  up\nand\n  up',
    ' must not begin with an empty or indented line, got "  up\\nand\\n  up"',
    { ...say(), Cortex: { refuses: 'unable to decoded rule group' } },
    cortexOnly,
  ],
];

const laterReleases: Row[] = [
  [
    'a function of 2.53',
    'histogram_avg(a)',
    ": 'histogram_avg' is not a function of Prometheus 2.42",
    oldSays('unknown function with name "histogram_avg"'),
    newer,
  ],
  [
    'an experimental function',
    'mad_over_time(a[5m])',
    ": 'mad_over_time' is not a function of Prometheus 2.42",
    say('unknown function with name "mad_over_time"', 'function "mad_over_time" is not enabled'),
  ],
  [
    'a quoted metric',
    '{"http.requests"}',
    ': \'"http.requests"\' is not in Prometheus 2.42',
    oldSays('unexpected string "\\"http.requ"... in label matching'),
    newer,
  ],
  [
    'a range without a unit',
    'rate(up[300])',
    ": '300' is not a duration such as 5m",
    promtoolSays('missing unit character in duration'),
    newer,
  ],
  [
    'arithmetic with durations',
    'rate(up[5m * 2])',
    ": '5m * 2' is not in Prometheus 2.42",
    say('in subquery or range, expected ":" or "]"', undefined, 'experimental duration expression'),
  ],
];

const literals: Row[] = [
  [
    'a range of nothing',
    'rate(up[0s])',
    ": '0s' must be more than nothing",
    say('duration must be greater than 0'),
  ],
  [
    'a number too large',
    'up > 1e999',
    ": '1e999' is not a number of Prometheus 2.42",
    say('value out of range'),
  ],
  [
    'an unknown escape',
    'up{job=~"api\\d"}',
    ": '\\d' is no escape of PromQL in \"api\\d\"; write '\\\\d'",
    say("unknown escape sequence U+0064 'd'"),
  ],
  [
    'a broken regular expression',
    'up{job=~"("}',
    ": '(' is no regular expression",
    say('missing closing )'),
  ],
  [
    'a look-ahead',
    'up{job=~"(?!a).*"}',
    ": '(?!a).*' is no regular expression: RE2 has no '(?!'",
    say('invalid or unsupported Perl syntax'),
  ],
  [
    'every series',
    '{job=~".*"}',
    ': \'{job=~".*"}\' selects every series; name a metric',
    say('at least one non-empty matcher'),
  ],
  [
    'two metric names',
    'up{__name__="a"}',
    ': \'up{__name__="a"}\' names its metric twice',
    say('metric name must not be set twice'),
  ],
];

const types: Row[] = [
  [
    'a vector for a range',
    'rate(sum(up))',
    ": rate takes a range vector, got an instant vector: 'sum(up)'",
    say('expected type range vector in call to function "rate", got instant vector'),
  ],
  [
    'a range for a vector',
    'sum(up[5m])',
    ": sum takes an instant vector, got a range vector: 'up[5m]'",
    say('expected type instant vector in aggregation expression, got range vector'),
  ],
  [
    'a number for a vector',
    'sum(5)',
    ": sum takes an instant vector, got a number: '5'",
    say('expected type instant vector in aggregation expression, got scalar'),
  ],
  [
    'text for a number',
    'histogram_quantile("0.9", a)',
    ': histogram_quantile takes a number, got a text: \'"0.9"\'',
    say('expected type scalar in call to function "histogram_quantile", got string'),
  ],
  [
    'too few arguments',
    'clamp(up, 1)',
    ': clamp takes 3 argument(s), got 2',
    say('expected 3 argument(s) in call to "clamp", got 2'),
  ],
  [
    'a parameter too many',
    'sum(1, up)',
    ': sum takes 1 argument(s), got 2',
    say('wrong number of arguments for aggregate expression provided, expected 1, got 2'),
  ],
  [
    'text in a comparison',
    'up == "a"',
    ": '==' takes an instant vector or a number, got a text: '\"a\"'",
    say('must contain only scalar and instant vector types'),
  ],
  [
    'two numbers compared',
    '1 == 1',
    ": '==' between two numbers must be '== bool'",
    say('comparisons between scalars must use BOOL modifier'),
  ],
  [
    'bool in arithmetic',
    'up + bool 1',
    ": bool is for comparisons, got '+'",
    say('bool modifier can only be used on comparison operators'),
  ],
  [
    'and with a number',
    'up and 1',
    ": 'and' takes an instant vector on each side",
    say('set operator "and" not allowed in binary scalar expression'),
  ],
  [
    'group_left with and',
    'a and on (job) group_left () b',
    ": 'and' takes no group_left and no group_right",
    say('no grouping allowed for "and" operation'),
  ],
  [
    'a label matched and included',
    'a * on (job) group_left (job) b',
    ": 'on (job) group_left (job)' names 'job' twice",
    say('must not occur in ON and GROUP clause at once'),
  ],
  [
    'a range of a sum',
    'rate(sum(up)[5m])',
    ": […] takes a selector, got 'sum(up)'",
    say('ranges only allowed for vector selectors'),
  ],
  [
    'an offset of a sum',
    'sum(up) offset 5m',
    ": offset takes a selector or a subquery, got 'sum(up)'",
    say('offset modifier must be preceded by'),
  ],
  [
    'a subquery of a range',
    'max_over_time(up[5m][1h:1m])',
    ": […:…] takes an instant vector, got a range vector: 'up[5m]'",
    say('subquery is only allowed on instant vector'),
  ],
  [
    'a range as the value',
    'up[5m]',
    ': is a range vector; a rule takes an instant vector or a number',
    say(),
    atRun,
  ],
  [
    'text as the value',
    '"up"',
    ': is a text; a rule takes an instant vector or a number',
    say(),
    atRun,
  ],
];

export const expressionCases = cases(
  [...syntax, ...layout, ...laterReleases, ...literals, ...types].map(
    ([what, expr, ours, engines, why]): RuleRow => [
      expr === '' ? what : `${what}: \`${expr}\``,
      inAlert({ expr }),
      `expr${ours}`,
      engines,
      why,
    ],
  ),
);
