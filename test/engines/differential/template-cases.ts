import { alert } from '../../support/valid-rules';
import { cases } from './case';
import { inAlert, oldSays, type RuleCase, type RuleRow, say } from './rule-case';

const atRun = 'loaded by all, and then the text of the alert is an error message';

type Row = [
  what: string,
  template: string,
  ours: string,
  engines: RuleCase['engines'],
  why?: string,
];

const rows: Row[] = [
  [
    'an action without its end',
    '{{ $labels.x',
    "'{{ $labels.x' is not closed by '}}'",
    say('unclosed action'),
  ],
  [
    'half of a brace',
    '{{ $labels.x }',
    "'{{ $labels.x }' stops being a template at '}'",
    say('unexpected "}" in operand'),
  ],
  [
    'an unknown variable',
    '{{ $label.x }}',
    "'{{ $label.x }}' uses the variable '$label', which nothing declares",
    say('undefined variable "$label"'),
  ],
  [
    'an unknown function',
    '{{ $value | humanise }}',
    "'{{ $value | humanise }}' uses the function 'humanise', which is unknown there",
    say('function "humanise" not defined'),
  ],
  [
    'a function of Prometheus 3',
    '{{ toDuration $value }}',
    "'{{ toDuration $value }}' uses the function 'toDuration', which is unknown there",
    { ...say('function "toDuration" not defined'), Cortex: 'accepts' },
    'newer than Prometheus 2.42, with which rules must do',
  ],
  [
    'else with',
    '{{ with $value }}a{{ else with $labels }}b{{ end }}',
    "'{{ else with $labels }}' must be 'else' or, of an if, 'else if'",
    oldSays('unexpected <with> in else'),
    'newer than the Go of Prometheus 2.42, with which rules must do',
  ],
  [
    'if without end',
    '{{ if $value }}a',
    "'{{ if $value }}' is not closed by '{{ end }}'",
    say('unexpected EOF'),
  ],
  ['end without if', 'a{{ end }}', "'{{ end }}' closes nothing", say('unexpected {{end}}')],
  [
    'a label with a dash',
    '{{ $labels.pool-name }}',
    "'{{ $labels.pool-name }}' stops being a template at '-name }}'",
    say("bad character U+002D '-'"),
  ],
  [
    'a comparison',
    '{{ if $value > 5 }}a{{ end }}',
    "'{{ if $value > 5 }}' stops being a template at '> 5 }}a{{ '",
    say('unexpected ">" in operand', undefined, undefined),
  ],
  [
    'text in single quotes',
    "{{ printf '%.2f' $value }}",
    "'{{ printf '%.2f' $value }}' stops being a template at ''%.2f' $va'",
    say('malformed character constant'),
  ],
  [
    'text without its end',
    '{{ printf "%.2f $value }}',
    "'{{ printf \"%.2f $value }}' stops being a template at '\"%.2f $val'",
    say('unterminated quoted string'),
  ],
  [
    'a comment apart from its braces',
    '{{ /* why */ }}',
    "'{{ /* why */ }}' stops being a template at '/* why */ '",
    say('unexpected "/" in command'),
  ],
  [
    'arguments to a number',
    '{{ 1 2 }}',
    "'{{ 1 2 }}' is not a pipeline of Go templates",
    say(),
    atRun,
  ],
];

export const templateCases = cases(
  rows.map(
    ([what, template, ours, engines, why]): RuleRow => [
      `${what}: \`${template}\``,
      inAlert({ annotations: { ...alert.annotations, summary: template } }),
      `annotations.summary: ${ours}`,
      engines,
      why,
    ],
  ),
);
