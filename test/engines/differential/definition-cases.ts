import { definitionYaml } from '../../../lib/alerting/alertmanager';
import { cases } from './case';
import {
  accepted,
  amtool,
  both,
  cortex,
  type DefinitionRow,
  inhibition,
  limit,
  rightDefinition,
  utf8,
  withConfig,
  withInhibition,
  withSns,
  withTemplate,
} from './definition-case';
import { receiverCases } from './receiver-cases';
import { routeCases } from './route-cases';

const { template_files, alertmanager_config: config } = rightDefinition;
const silent = 'engines load it and then publish another text, or none';

// One byte more than AMP takes, whatever our own templates are.
const bytes = (text: string) => Buffer.byteLength(definitionYaml(withTemplate(text)));
const large = withTemplate('x'.repeat(1_000_002 - bytes('x')));

const rows: DefinitionRow[] = [
  [
    'an unknown field of the configuration',
    withConfig({ recievers: [] }),
    "the configuration: has no field 'recievers'",
    both('field recievers not found'),
  ],
  [
    'an inhibition with a broken matcher',
    withInhibition({ source_matchers: ['severity'] }),
    'inhibition 1: source_matchers[0] must be label = "value", got "severity"',
    both('bad matcher format: severity'),
  ],
  [
    'an inhibition by every alert',
    withInhibition({ source_matchers: [] }),
    'inhibition 1: source_matchers must not be empty, or it is about every alert, got []',
    accepted,
    'it would mute everything',
  ],
  [
    'an inhibition of a broken matcher',
    withInhibition({ target_matchers: ['severity'] }),
    'inhibition 1: target_matchers[0] must be label = "value", got "severity"',
    both('bad matcher format: severity'),
  ],
  [
    'an inhibition of every alert',
    withInhibition({ target_matchers: [] }),
    'inhibition 1: target_matchers must not be empty, or it is about every alert, got []',
    accepted,
    'it would mute everything',
  ],
  [
    'a dash in equal',
    withInhibition({ equal: ['a-b'] }),
    'inhibition 1: equal[0] must be the name of a label, got "a-b"',
    cortex('invalid label name "a-b" in equal list'),
    utf8,
  ],
  [
    'a newer field of an inhibition',
    withInhibition({ name: 'a' }),
    "inhibition 1: has no field 'name'",
    amtool('field name not found'),
    'newer than Alertmanager 0.28',
  ],
  [
    'more than 100 inhibitions',
    withConfig({ inhibit_rules: Array(101).fill(inhibition) }),
    'AMP takes at most 100 inhibitions, got 101',
    accepted,
    limit,
  ],
  [
    'a template file that is not there',
    withConfig({ templates: [...config.templates, 'team.tmpl'] }),
    "no template file is called 'team.tmpl'",
    accepted,
    silent,
  ],
  [
    'a template file in a folder',
    withConfig({ templates: [...config.templates, 'a/b.tmpl'] }),
    'the configuration: templates[3] must be the name of a file, without a folder, got "a/b.tmpl" + no template file is called \'a/b.tmpl\'',
    cortex('the template name cannot contain any path'),
    'Alertmanager has folders',
  ],
  [
    'a template that nothing defines',
    withSns({ message: '{{ template "team" . }}' }),
    "no listed template file defines 'team'",
    accepted,
    silent,
  ],
  [
    'a broken action in a template file',
    withTemplate('{{ define "a" }}{{ .Status }'),
    "template file team.tmpl: '{{ .Status }' stops being a template at '}'",
    both('unexpected "}" in operand'),
  ],
  [
    'define without end',
    withTemplate('{{ define "a" }}'),
    "template file team.tmpl: '{{ define \"a\" }}' is not closed by '{{ end }}'",
    both('unexpected EOF'),
  ],
  [
    "a function of Prometheus' templates",
    withTemplate('{{ .Status | humanize }}'),
    "template file team.tmpl: '{{ .Status | humanize }}' uses the function 'humanize', which is unknown there",
    both('function "humanize" not defined'),
  ],
  [
    'a newer function',
    withTemplate('{{ .Status | toJson }}'),
    "template file team.tmpl: '{{ .Status | toJson }}' uses the function 'toJson', which is unknown there",
    amtool('function "toJson" not defined'),
    'newer than Alertmanager 0.25, with which templates must do',
  ],
  [
    'a broken action in a subject',
    withSns({ subject: '{{ .Status' }),
    "receiver team: '{{ .Status' is not closed by '}}'",
    accepted,
    'read only when an alert is published: nothing or half of the message arrives',
  ],
  [
    'more than 100 templates',
    {
      template_files: {
        ...template_files,
        ...Object.fromEntries(Array.from({ length: 98 }, (_, index) => [`${index}.tmpl`, ''])),
      },
      alertmanager_config: config,
    },
    'AMP takes at most 100 templates, got 101',
    accepted,
    limit,
  ],
  [
    'more than 1,000,000 bytes',
    large,
    'AMP takes at most 1000000 bytes, got 1000001',
    accepted,
    limit,
  ],
];

export const definitionCases = [...receiverCases, ...routeCases, ...cases(rows)];
