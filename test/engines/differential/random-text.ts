import { type Arbitrary, array, constantFrom, letrec, oneof, sample, tuple } from 'fast-check';

// The same texts in every run; another seed is another search.
const SEED = 242;

/** Expressions of what Prometheus 2.42 has, put together without regard to types: about a third are right. */
export function randomExpressions(count: number): string[] {
  return sample(expression, { numRuns: count, seed: SEED });
}

/** Templates put together from pieces of templates: few are right. */
export function randomTemplates(count: number): string[] {
  return sample(template, { numRuns: count, seed: SEED });
}

/** Regular expressions put together from what RE2 has and what it has not. */
export function randomRegexes(count: number): string[] {
  return sample(regex, { numRuns: count, seed: SEED });
}

const words = (text: string) => constantFrom(...text.split(' '));

const functions = words(
  'rate increase absent absent_over_time clamp clamp_min round vector scalar time histogram_quantile quantile_over_time label_join label_replace predict_linear day_of_week timestamp sort_desc',
);
const aggregations = words('sum min by topk quantile count_values group bottomk AVG');
const operators = words('+ - * / % ^ == != > <= and or unless atan2');
const matchings = constantFrom('', '', '', ' bool', ' on (a)', ' on (a) group_left (b)');
const more = constantFrom(' ignoring (a)', ' on () group_right (a)', ' on (a) group_left (a)', '');
const modifiers = constantFrom(
  ...['[5m]', '[5m:1m]', '[1h:]', ' offset 5m', ' offset -1d', ' @ 1600000000', '[0s]'],
);
const selectors = constantFrom(
  ...[
    'up',
    'up',
    'a:b:c',
    'up{a="b"}',
    '{a=~"b.*"}',
    '{a="b"}',
    'up{a=~"("}',
    'up{a!~"x|y",}',
    '{}',
  ],
);
const literals = constantFrom('1', '0.5', 'Inf', '-2', '1e3', '0x1f', '"a"', "'b'", '`c`', '5m');

const { expression } = letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  const joined = (...parts: (Arbitrary<string> | string)[]) =>
    tuple(...parts.map((part) => (typeof part === 'string' ? constantFrom(part) : part))).map(
      (texts) => texts.join(''),
    );
  return {
    expression: oneof(
      { maxDepth: 3, withCrossShrink: false },
      selectors,
      literals,
      joined('(', inner, ')'),
      joined('-', inner),
      joined(selectors, modifiers),
      joined(inner, modifiers),
      joined(inner, ' ', operators, matchings, more, ' ', inner),
      joined('rate(', selectors, '[5m])'),
      joined(functions, '(', inner, ')'),
      joined(functions, '(', inner, ', ', inner, ')'),
      joined(aggregations, ' by (a) (', inner, ')'),
      joined(aggregations, '(', inner, ', ', inner, ')'),
    ),
  };
});

const piece = constantFrom(
  ...[
    '{{ ',
    '{{- ',
    ' }}',
    ' -}}',
    ' }}',
    '$labels.job',
    '$value',
    '$x',
    '.',
    '.Labels',
    'if ',
    'else',
  ],
  ...['range ', 'with ', 'end', 'humanize ', 'printf "%v" ', '"a b"', '`c`', "'d'", '| ', '(', ')'],
  ...[
    ' ',
    ' ',
    ' := ',
    '5',
    '-1.5e3',
    ', ',
    'text',
    'define "t"',
    'template "t" ',
    'nil',
    'len ',
    '\n',
  ],
  ...['/*', '*/', 'break', 'eq ', 'true', '\\'],
);
const action = tuple(piece, piece, piece).map((pieces) => `{{ ${pieces.join('')} }}`);
const template = oneof(
  action,
  tuple(action, action).map((actions) => actions.join('')),
  tuple(piece, piece, piece, piece, piece).map((pieces) => pieces.join('')),
  tuple(action, action).map(
    ([first, second]) => `{{ if $value }}${first}{{ else }}${second}{{ end }}`,
  ),
);

const regexPiece = constantFrom(
  ...['a', 'b', '-', '/', '.', '*', '+', '?', '|', '(', ')', '[', ']', '{', '}', '^', '$', ' '],
  ...[
    '(?:',
    '(?i)',
    '(?i:',
    '(?s)',
    '(?-i)',
    '(?x)',
    '(?P<n>',
    '(?=',
    '(?<!',
    '\\1',
    '{2}',
    '{2,}',
  ],
  ...['[a-z]', '[^/]', '[[:alpha:]]', '\\d', '\\w', '\\b', '\\z', '\\pL', '\\p{Greek}', '\\x41'],
  ...['\\.', '\\/', '\\-', '\\(', '\\x{41}', '\\u0041', '\\Q', '\\E', '*?', '??', '{,3}'],
);
const regex = array(regexPiece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
