import { stringify } from 'yaml';
import type { RuleFile } from '../../../lib/alerting/rule-files';

/** A rule file that is wrong in one way, and the words in which each of those who read it says so. */
export interface RuleCase {
  readonly what: string;
  readonly file: RuleFile;
  readonly ours: string;
}
const record = { record: 'job:up:sum', expr: 'sum by (job) (up)' };
const alert = {
  alert: 'ServiceDown',
  expr: 'job:up:sum == 0',
  for: '2m',
  labels: { severity: 'critical', component: 'service' },
  annotations: {
    summary: 'No {{ $labels.job }} answers',
    description: 'Every scrape of {{ $labels.job }} fails.',
    runbook: 'service.md#servicedown',
    dashboard: 'application',
  },
};
const group = { name: 'service', interval: '30s', rules: [record, alert] };
const file = (content: unknown, name = 'service'): RuleFile => ({
  name,
  path: `rules/${name}.yaml`,
  text: typeof content === 'string' ? content : stringify(content, { aliasDuplicateObjects: false }),
});
const inGroup = (change: object) => file({ groups: [{ ...group, ...change }] });
const rules = (...list: object[]) => inGroup({ rules: list });
const inAlert = (change: object) => rules({ ...alert, ...change });
const expr = (text: unknown) => rules({ ...record, expr: text });
const label = (change: object) => inAlert({ labels: { ...alert.labels, ...change } });
const annotation = (change: object) => inAlert({ annotations: { ...alert.annotations, ...change } });
const c = (what: string, f: RuleFile, ours = ''): RuleCase => ({ what, file: f, ours });
export const good = file({ groups: [group] });

export const ruleCases: RuleCase[] = [
  c('not YAML', file('groups: [')),
  c('empty', file('')),
  c('two docs', file(`${stringify({ groups: [group] })}---\n${stringify({ groups: [group] })}`)),
  c('key twice', file(`${stringify({ groups: [group] })}groups: []\n`)),
  c('tag', file('groups: !!set {a}')),
  c('tag2', file(stringify({ groups: [group] }).replace('interval: 30s', 'interval: !seconds 30s'))),
  c('alias', file({groups:[group]}, 'service').text ? file(stringify({ groups: [{ ...group, rules: [record] }] }).replace('sum by', 'sum by').replace('name: service', 'name: &n service').replace('interval: 30s', 'interval: 30s\n    limit: 0').replace('record: job:up:sum', 'record: *n')) : good),
  c('alias ok', file(stringify({ groups: [{ ...group, rules: [record] }] }).replace('name: service', 'name: &n service').replace('expr: sum by (job) (up)', 'expr: sum by (job) (up)\n        labels:\n          component: *n'))),
  c('top field', file({ groups: [group], rules: [] })),
  c('no groups', file({ groups: [] })),
  c('groups null', file('groups:')),
  c('group noname', inGroup({ name: undefined })),
  c('group twice', file({ groups: [group, { ...group, rules: [record] }] })),
  c('interval 15s', inGroup({ interval: '15s' })),
  c('interval often', inGroup({ interval: 'often' })),
  c('interval none', inGroup({ interval: undefined })),
  c('query_offset', inGroup({ query_offset: '1m' })),
  c('group labels', inGroup({ labels: { team: 'a' } })),
  c('partial_response_strategy', inGroup({ partial_response_strategy: 'warn' })),
  c('limit all', inGroup({ limit: 'all' })),
  c('rules empty', inGroup({ rules: [] })),
  c('rules none', inGroup({ rules: 'none' })),
  c('neither', rules({ expr: 'up' })),
  c('both', rules({ ...record, ...alert })),
  c('unknown rule field', inAlert({ keep_firing: '5m' })),
  c('record for', rules({ ...record, for: '5m' })),
  c('record annotations', rules({ ...record, annotations: { summary: 'a' } })),
  c('alert name', inAlert({ alert: 'service-down' })),
  c('alert name empty', inAlert({ alert: '' })),
  c('record name bad', rules({ ...record, record: 'job-up' })),
  c('record utf8', rules({ ...record, record: 'job:up:sum é' })),
  c('record convention', rules({ ...record, record: 'errors' })),
  c('no expr', rules({ record: 'job:up:sum' })),
  c('expr empty', expr('')),
  c('expr number', expr(1)),
  c('paren', expr('sum(up')),
  c('unknown func', expr('upper(up)')),
  ...Object.entries({
    histogram_avg: 'histogram_avg(x)', mad: 'mad_over_time(x[5m])', limitk: 'limitk(2, x)', sort_by_label: 'sort_by_label(x, "a")',
    holt: 'holt_winters(x[5m], 0.5, 0.5)', des: 'double_exponential_smoothing(x[5m], 0.5, 0.5)', info: 'info(x)',
    utf8: '{"http.requests"}', utf8b: 'sum by ("a.b") (x)', utf8c: 'x{"a.b"="c"}', durNum: 'up > 5m', rangeNum: 'rate(x[300])', offNum: 'x offset 300', durArith: 'rate(x[5m*2])', smoothed: 'rate(x[5m] smoothed)', anchored: 'rate(x[5m] anchored)', fill: 'x + fill(0) y', trim: 'x </ 5', under: 'x > 1_000', stepdur: 'rate(x[step()])',
    strcmp: 'up == "a"', ratesum: 'rate(sum(x))', sumscalar: 'sum(5)', nobool: '1 == 1', string: '"a"', matrix: 'up[5m]', argc0: 'rate()', argc2: 'rate(x[5m], 1)', argcmin: 'label_replace(x)', argmax: 'round(x, 1, 2)', argtype: 'histogram_quantile("0.9", x)', topkstr: 'topk("a", x)', topk1: 'topk(x)', sum2: 'sum(1, x)', andscalar: 'up and 1', boolarith: 'x + bool 1', groupand: 'x and on(a) group_left() y', onscalar: 'x + on(a) 1', ongroup: 'x * on(a) group_left(a) y', unary: '-"a"', unarym: '-up[5m]', submatrix: 'max_over_time(x[5m][10m:1m])', subscalar: 'max_over_time(5[10m:1m])', empty: '{}', emptymatch: '{job=~".*"}', emptymatch2: '{job!="a"}', name2: 'up{__name__="a"}', regex: 'up{job=~"("}', regexlook: 'up{job=~"(?!a)b"}', escape: 'up{job=~"a\\d"}', escape2: "label_replace(up, 'a', '$1', 'job', '(\\w+)')", zero: 'rate(x[0s])', order: 'rate(x[5m1h])', offsetorder: 'x offset 5m1h', twoOffset: 'x offset 5m offset 5m', offsetagg: 'sum(x) offset 5m', rangeagg: 'rate(sum(x)[5m])', atbad: 'x @ y', atagg: 'sum(x) @ end()', keyword: 'sum by (job) (by)', dupmatch: 'x{a="b",a="b"}', labelname: 'x{a-b="c"}', groupname: 'sum by (a-b) (x)', bigdur: 'rate(x[300y])', bignum: 'x > 1e999', countvals: 'count_values(x, y)', cvlabel: 'count_values("a-b", x)', lrlabel: 'label_replace(x, "a-b", "$1", "job", "(.*)")', lrregex: 'label_replace(x, "a", "$1", "job", "(")', scalarvec: 'scalar(1)', vectorvec: 'vector(up)', timearg: 'time(1)', absentm: 'absent(up[5m])', quantile: 'quantile(x, y)', comment: 'up # a', dayofweek: 'day_of_week()', at: 'up @ 1609746000', atstart: 'up @ start()', neg: 'up offset -5m', unicode: 'up{job="ž"}', badutf: 'up{job="\\xff"}', brace: 'sum(up}', uppercase: 'SUM(up) OR up', inf: 'up > Inf', hex: 'up > 0x1f', modpow: 'x ^ 2 % 3', atan2: 'x atan2 y', topk: 'topk(scalar(x), y)', paren2: '(up[5m])', rateparen: 'rate((up[5m]))', subq: 'rate(up[5m:])', raw: 'up{job=`a\\d`}', range: 'x[5m] + 1', cmpset: 'x == on(a) group_right y', unlessbool: 'x unless bool y', dupgroup: 'sum by (a) without (b) (x)', sortdesc: 'sort_desc(x)', pi: 'pi()', lj: 'label_join(x, "a", "-")', ljbad: 'label_join(x, "a")', clamp: 'clamp(x, 1)', pl: 'predict_linear(x[5m], 60)', plv: 'predict_linear(x, 60)', tsnum: 'timestamp(1)', minute: 'minute(1)', onnum: 'x + on (1) y', trailing: 'sum by (job,) (up)', trailing2: 'up{job="a",}', metrickw: 'count', metrickw2: 'sum(rate)', offsetkw: 'offset', boolkw: 'bool == 1', startkw: 'start', nanv: 'NaN', emptystr: 'up{job=""}', absentreg: 'absent({job="a"})', matrixdivide: 'rate(x[5m]) / rate(y)',
  }).map(([w, e]) => c(`expr ${w}: ${e}`, expr(e))),
  ...['5 min', '-5m', '5', '1.5m', '300y', '1h1d', '0', '0s', ''].map((d) => c(`for ${d}`, inAlert({ for: d }))),
  ...['5 min', '300y', ''].map((d) => c(`kff ${d}`, inAlert({ keep_firing_for: d }))),
  ...['0s', '0', '300y', '1m30s', '30001ms'].map((d) => c(`interval ${d}`, inGroup({ interval: d }))),
  c('label num', label({ limit: 5 })), c('label bool', label({ limit: true })), c('label null', label({ limit: null })), c('label map', label({ limit: {} })), c('label list', label({ limit: ['a'] })),
  c('label dash', label({ 'pool-name': 'a' })), c('label utf8', label({ 'ž': 'a' })), c('label __name__', label({ __name__: 'a' })), c('label __x', label({ __x: 'a' })), c('label alertname', label({ alertname: 'a' })), c('label empty name', label({ '': 'a' })),
  c('rec label dash', rules({ ...record, labels: { 'a-b': 'c' } })), c('rec label tmpl', rules({ ...record, labels: { a: '{{ $value }}' } })),
  c('sev', label({ severity: 'page' })), c('ann dash', annotation({ 'run-book': 'a' })),
  c('ann num', annotation({ limit: 5 })), c('no runbook', annotation({ runbook: undefined })),
  ...['{{ $labels.x', '{{ $labels.job }', '{{ $label.x }}', '{{ .Labels.x }}', '{{ $value | humanise }}', '{{ if $value }}a', '{{ end }}', '{{ else }}', '{{ $labels.job | }}', '{{ }}', '{{ $labels.job.x }}', '{{ humanize }}', '{{ $value | printf "%.2f }}', '{{ range query "up" }}{{ .Value }}{{ end }}', '{{ query "up" | first | value }}', '{{ template "x" }}', '{{ define "x" }}a{{ end }}{{ template "x" }}', '{{ $x := 1 }}{{ $y }}', '{{ $labels["job"] }}', '{{ $labels.a-b }}', '{{ index $labels "a-b" }}', '{{ $value > 5 }}', '{{ if gt $value 5.0 }}a{{ else if lt $value 1.0 }}b{{ else }}c{{ end }}', "{{ $value | printf '%.2f' }}", '{{ ($value }}', '{{ $value) }}', '{{ /* a */ }}', '{{/* a */}}', '{{/* a }}', '{{- $value -}}', '{{ $externalURL }}', '{{ $externalLabels.x }}', '{{ .Value }}', '{{ .ExternalLabels.x }}', '{{ break }}', '{{ $value := 1 }}', '{{ $nosuch = 1 }}', '{{ with $x := 1 }}{{ $x }}{{ end }}{{ $x }}', '{{ reReplaceAll "(" "" "a" }}', '{{ 5 | toUpper }}', '{{ "a" "b" }}', '{{ 1 2 }}', '{{ nil }}', '{{ true }}', '{{ . }}', '{{ $ }}', '}}', '{{ block "a" . }}x{{ end }}', '{{ parseDuration "1h" }}', '{{ toDuration 5 }}', '{{ urlQueryEscape "a" }}', '{{ humanizeTimestamp $value }}', '{{ strvalue . }}', '{{ join }}', '{{ tmpl "x" . }}', '{{ printf "%d" 1 | len }}', '{{ $labels.job | len 1 2 3 }}', '{{ now }}', '{{ graphLink "up" }}', '{{ stripDomain "a" }}', '{{ externalURL }}', '{{ args 1 }}', '{{ pathPrefix }}', '{{ safeHtml "a" }}', "{{ 'a' }}", '{{ 0x1p }}', '{{ 1. }}', '{{ $labels. }}', '{{ .}}', '{{ $labels.job, $value }}', '{{ range $i, $x := query "up" }}{{ $i }}{{ end }}', '{{ range $i, $j, $k := query "up" }}{{ end }}', '{{ if $value }}a{{ else }}b{{ else }}c{{ end }}', '{{\n$value\n}}', '{{ "a\nb" }}', '{{ `a\nb` }}', '{{ "a\\qb" }}', '{{ $value | 5 }}', '{{ if }}a{{ end }}', '{{ with }}a{{ end }}', '{{ template x }}', '{{ template "x" 1 2 }}', '{{ define "a" }}', '{{ if $value }}{{ define "x" }}{{ end }}{{ end }}', '{{ continue }}', '{{ range query "a" }}{{ break }}{{ end }}', '{{ else if $value }}', '{{ with $value }}a{{ else with $value }}b{{ end }}', '{{ printf "%s" (len "a").x }}', '{{ $labels.job.a.b }}', '{{ not $value }}', '{{ and 1 0 }}', '{{ js "a" }}', '{{ html "a" }}', '{{ call 1 }}', '{{ slice "abc" 1 }}', '{{ eq 1 1 }}', '{{ title "a" }}', '{{ match "a" "b" }}', '{{ sortByLabel "a" (query "up") }}', '{{ label "a" . }}', '{{ tableLink "up" }}', '{{ first 1 }}', '{{ value 1 }}', '{{ parseDurationTime "1h" }}', '{{ stripPort "a" }}', '{{ toTime 5 }}', '{{ humanizeBase }}', '{{-$value}}', '{{ -$value }}', '{{$value -}}', '{{ $value-}}', '{{-3}}', '{{ .a..b }}', '{{ & }}', '{{ $value; }}', '{{ $a := $b := 1 }}', '{{ "unterminated }}', '{{ `raw }}', "{{ 'ab' }}", '{{ 12ab }}', '{{ 1_000 }}', '{{ if $x := $value }}{{ $x }}{{ else }}{{ $x }}{{ end }}', '{{ () }}', '{{ (1) }}', '{{ $labels.job|toUpper }}', '{{ (index (query "up") 0).Value }}', '{{ $labels.job "x" }}', '{{ .Foo "x" }}', '{{ break 1 }}', '{{ end 1 }}', '{{ else 1 }}', '{{ nil | len }}'].map((t) => c(`tmpl ${JSON.stringify(t)}`, annotation({ summary: t }))),
  c('label tmpl', label({ x: '{{ $labels.x' })),
  c('dup alert', rules(alert, alert)), c('dup record', rules(record, record)), c('dup record differs', rules(record, { ...record, expr: 'sum by (job) (y)' })),
  c('721 bytes', inGroup({ name: 'ž'.repeat(358) })),
  c('1MB', { ...good, text: `# ${'a'.repeat(1_000_000)}\n${good.text}` }),
  c('2000 rules', inGroup({ rules: Array.from({ length: 2001 }, (_, i) => ({ ...record, record: `job:up:sum${i}` })) })),
  c('file name', file({ groups: [group] }, 'Service')),
  c('file name slash', file({ groups: [group] }, 'a b')),
  c('group name slash', inGroup({ name: 'a/b' })), c('group name dots', inGroup({ name: '..' })), c('group name nl', inGroup({ name: 'a\nb' })), c('group name number', inGroup({ name: 5 })), c('group name space', inGroup({ name: 'a b é' })), c('group name long', inGroup({ name: 'a'.repeat(300) })),
  c('bom', file(`\ufeff${good.text}`)), c('tab', file(good.text.replace('    interval', '\tinterval'))), c('nul', annotation({ summary: 'a\u0000b' })), c('merge', file(good.text.replace('interval: 30s', '<<: {limit: 5}\n    interval: 30s'))),
  c('yaml11 yes', label({ x: 'yes' })), c('yaml unquoted', file(good.text.replace('component: service', 'component: service\n          x: yes'))), c('yaml unq on', file(good.text.replace('component: service', 'component: service\n          x: 012'))),  c('yaml date', file(good.text.replace('component: service', 'component: service\n          x: 2020-01-01'))), c('sexagesimal', file(good.text.replace('for: 2m', 'for: 1:30'))),
];
