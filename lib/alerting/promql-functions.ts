/** What an expression is worth; PromQL has no other types. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export interface Signature {
  readonly parameters: readonly ValueType[];
  /** How many of them must be given. */
  readonly required: number;
  /** The last one may be given again and again. */
  readonly repeats: boolean;
  readonly result: ValueType;
}

// What Prometheus 2.42 has, the oldest release that rules must pass: later functions are left out, and
// holt_winters, which Prometheus 3 calls otherwise. A letter per parameter; `?` may be left out, `*` repeats.
// https://github.com/prometheus/prometheus/blob/v2.42.0/promql/parser/functions.go
const namesByParameters = {
  '': 'pi time',
  s: 'vector',
  v: `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_count
    histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt tan tanh timestamp`,
  m: `absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate
    last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time
    stdvar_over_time sum_over_time`,
  'v?': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  vs: 'clamp_max clamp_min',
  'vs?': 'round',
  vss: 'clamp',
  sv: 'histogram_quantile',
  ssv: 'histogram_fraction',
  sm: 'quantile_over_time',
  ms: 'predict_linear',
  'vttt*': 'label_join',
  vtttt: 'label_replace',
};

const scalarResults = ['pi', 'scalar', 'time'];

// Their parameter, if any, comes before the vector.
const parameterOfAggregation: Readonly<Record<string, ValueType | undefined>> = {
  bottomk: 'scalar',
  count_values: 'string',
  quantile: 'scalar',
  topk: 'scalar',
};
const aggregations = [
  ...['avg', 'count', 'group', 'max', 'min', 'stddev', 'stdvar', 'sum'],
  ...Object.keys(parameterOfAggregation),
];

const typeOf: Readonly<Record<string, ValueType>> = {
  s: 'scalar',
  v: 'vector',
  m: 'matrix',
  t: 'string',
};

const functions = new Map(
  Object.entries(namesByParameters).flatMap(([letters, names]) =>
    names.split(/\s+/).map((name): [string, Signature] => [name, signature(name, letters)]),
  ),
);

/** What a function of Prometheus 2.42 takes and gives. */
export function functionSignature(name: string): Signature | undefined {
  return functions.get(name);
}

/** What an aggregation of Prometheus 2.42 takes; unlike functions they may be written in capitals. */
export function aggregationSignature(name: string): Signature | undefined {
  const lowerCase = name.toLowerCase();
  if (!aggregations.includes(lowerCase)) return undefined;
  const parameter = parameterOfAggregation[lowerCase];
  const parameters: ValueType[] = parameter === undefined ? ['vector'] : [parameter, 'vector'];
  return { parameters, required: parameters.length, repeats: false, result: 'vector' };
}

function signature(name: string, letters: string): Signature {
  const parameters = [...letters].flatMap((letter) => typeOf[letter] ?? []);
  const mayEndSooner = /[?*]$/.test(letters);
  return {
    parameters,
    required: parameters.length - (mayEndSooner ? 1 : 0),
    repeats: letters.endsWith('*'),
    result: scalarResults.includes(name) ? 'scalar' : 'vector',
  };
}
