import {
  notificationTemplates,
  ruleTemplates,
  templateProblem,
} from '../../lib/alerting/go-template';

describe('templateProblem', () => {
  test.each([
    'no action, }} and { } included',
    '{{ $labels.job }} has {{ $value | humanizePercentage }}',
    '{{- printf "%.2f}}" $value -}}{{-\n$value }}{{- /* why */ -}}',
    '{{ if gt $value 5.0 }}a{{ else if lt $value 1.0 }}b{{ else }}c{{ end }}',
    '{{ range $index, $one := query "up" }}{{ if $index }}{{ break }}{{ end }}{{ .Value }}{{ end }}',
    '{{ with $first := query "up" | first }}{{ $first | value }}{{ end }}',
    '{{/* why {{ this }} */}}{{ $x := 1 }}{{ $x = 2 }}{{ $x }}',
    '{{ (index (query "up") 0).Value }}{{ .Labels.job }}{{ $ }}{{ . }}{{ nil | print }}',
    "{{ `raw \\d` }}{{ 'a' }}{{ -1.5e3 }}{{ 0x1f }}{{ true }}",
    '{{ define "a" }}{{ . }}{{ end }}{{ template "a" $labels }}{{ block "b" $value }}{{ . }}{{ end }}',
  ])('takes %s', (template) => {
    expect(templateProblem(template, ruleTemplates)).toBeUndefined();
  });

  test.each([
    ['{{ $labels.job', "'{{ $labels.job' is not closed by '}}'"],
    ['{{ "a', "'{{ \"a' stops being a template at '\"a'"],
    ['{{/* why }}', "'{{/* why }}' is not closed by '*/}}'"],
    ['{{ $value > 5 }}', "'{{ $value > 5 }}' stops being a template at '> 5 }}'"],
    ['{{ $labels.a-b }}', "'{{ $labels.a-b }}' stops being a template at '-b }}'"],
    ['{{ "a\\d" }}', "'\\d' is no escape in '{{ \"a\\d\" }}'"],
    ['{{ }}', "'{{ }}' is not a pipeline of Go templates"],
    ['{{ ($value }}', "'{{ ($value }}' is not a pipeline of Go templates"],
    ['{{ $value | 5 }}', "'{{ $value | 5 }}' is not a pipeline of Go templates"],
    ['{{ $x }}', "'{{ $x }}' uses the variable '$x', which nothing declares"],
    ['{{ humanise 1 }}', "'{{ humanise 1 }}' uses the function 'humanise', which is unknown there"],
  ])('refuses %s', (template, problem) => {
    expect(templateProblem(template, ruleTemplates)).toBe(problem);
  });

  test.each([
    ['{{ if $value }}', "'{{ if $value }}' is not closed by '{{ end }}'"],
    ['{{ if }}{{ end }}', "'{{ if }}' is not a pipeline of Go templates"],
    ['{{ end }}', "'{{ end }}' closes nothing"],
    ['{{ if 1 }}{{ end 1 }}', "'{{ end 1 }}' must be end alone"],
    ['{{ else }}', "'{{ else }}' belongs to no if, with or range"],
    ['{{ if 1 }}{{ else }}{{ else }}{{ end }}', "'{{ else }}' belongs to no if, with or range"],
    [
      '{{ with 1 }}{{ else with 2 }}{{ end }}',
      "'{{ else with 2 }}' must be 'else' or, of an if, 'else if'",
    ],
    [
      '{{ with 1 }}{{ else if 2 }}{{ end }}',
      "'{{ else if 2 }}' must be 'else' or, of an if, 'else if'",
    ],
    ['{{ if 1 }}{{ break }}{{ end }}', "'{{ break }}' belongs alone, inside a range"],
    [
      '{{ if 1 }}{{ define "a" }}{{ end }}{{ end }}',
      '\'{{ define "a" }}\' must not stand inside another block',
    ],
    ['{{ define a }}{{ end }}', '\'{{ define a }}\' must be define "name"'],
    ['{{ block "a" }}{{ end }}', '\'{{ block "a" }}\' must be block "name" value'],
    ['{{ template a }}', '\'{{ template a }}\' must be template "name" value'],
  ])('refuses the block %s', (template, problem) => {
    expect(templateProblem(template, ruleTemplates)).toBe(problem);
  });

  test.each([
    ['after its block', '{{ with $x := 1 }}{{ $x }}{{ end }}{{ $x }}', '{{ $x }}', '$x'],
    ['in a template of its own', '{{ define "a" }}{{ $value }}{{ end }}', '{{ $value }}', '$value'],
  ])('forgets a variable %s', (_, template, action, name) => {
    expect(templateProblem(template, ruleTemplates)).toBe(
      `'${action}' uses the variable '${name}', which nothing declares`,
    );
  });

  test('knows which functions belong to whom', () => {
    expect(templateProblem('{{ join "," .Names }}', notificationTemplates)).toBeUndefined();
    expect(templateProblem('{{ humanize 1 }}', notificationTemplates)).toMatch(/'humanize'/);
    expect(templateProblem('{{ join "," .Names }}', ruleTemplates)).toMatch(/'join'/);
  });
});
