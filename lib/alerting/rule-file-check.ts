import { type Document, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { schemaProblems } from '../schema-problems.js';
import { childrenOf, groupedTree } from './promql-tree.js';
import {
  alertingRule,
  LABEL_NAME,
  recordingRule,
  ruleFile,
  ruleGroup,
  usersAlertingRule,
  usersRecordingRule,
  usersRuleGroup,
} from './rule-file-schema.js';
import type { RuleFile } from './rule-files.js';

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html
const MAX_FILE_BYTES = 1_000_000;
const MAX_RULES = 2_000;
// https://docs.aws.amazon.com/prometheus/latest/APIReference/API_CreateRuleGroupsNamespace.html
const MAX_NAMESPACE_AND_GROUP_BYTES = 721;

/** Why AMP would refuse rule files, or nobody could use their alerts: every reason at once. */
export function ruleFileProblems(files: readonly RuleFile[]): string[] {
  const read = files.map(readRules);
  const rules = read.flatMap((one) => one.rules);
  return [
    ...read.flatMap((one) => one.problems),
    ...rules.flatMap(ruleProblems),
    ...takenNames(rules),
    ...repeated(
      files.map(({ name, path }) => ({ key: name, place: path })),
      (first) => `its name is taken by ${first}; rename one`,
    ),
    ...repeated(
      rules.filter(isNamed).map(ruleKey),
      (first) => `is there already: ${first}; rename one, or give one a label`,
    ),
    ...(rules.length <= MAX_RULES
      ? []
      : [`rules: AMP takes at most ${MAX_RULES} rules, got ${rules.length}; take some out`]),
  ];
}

interface Rule {
  readonly path: string;
  readonly place: string;
  readonly isUsers: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ReadRules {
  readonly problems: readonly string[];
  readonly rules: readonly Rule[];
}

function readRules(file: RuleFile): ReadRules {
  const { name, path, text } = file;
  const document = parseDocument(text);
  const bytes = Buffer.byteLength(text);
  const problems = [
    ...(/^[a-z][a-z0-9-]{0,63}$/.test(name)
      ? []
      : [`${path}: its name must be at most 64 lower-case letters, digits and dashes`]),
    ...(bytes <= MAX_FILE_BYTES
      ? []
      : [`${path}: AMP takes at most ${MAX_FILE_BYTES} bytes, got ${bytes}; split the file`]),
  ];
  const unreadable = yamlProblems(document).map((problem) => `${path}: ${problem}`);
  if (unreadable.length > 0) return { problems: [...problems, ...unreadable], rules: [] };
  const content: unknown = document.toJS();
  const groups = listIn(content, 'groups').map((group, index) => readGroup(file, group, index));
  return {
    problems: [
      ...problems,
      ...problemsAt(path, ruleFile, content),
      ...groups.flatMap((group) => group.problems),
      ...repeated(
        groups.map(({ place }) => ({ key: place, place })),
        () => 'is there twice; join the two, or rename one',
      ),
    ],
    rules: groups.flatMap((group) => group.rules),
  };
}

function yamlProblems(document: Document.Parsed): string[] {
  const problems = [...document.errors, ...document.warnings].map(({ code, message }) =>
    code === 'MULTIPLE_DOCS'
      ? 'must be one document, without a line ---; split it in two files'
      : `must be YAML: ${message.split(/:?\n/)[0]}`,
  );
  // One may lead nowhere, or into itself.
  visit(document, {
    Alias: (_, { source }) => {
      problems.push(`must not use the alias '*${source}'; write the value out`);
    },
  });
  return problems;
}

function readGroup(file: RuleFile, group: unknown, index: number) {
  const { path, name: namespace, isUsers = false } = file;
  const name = fieldsOf(group).name ?? `number ${index + 1}`;
  const place = `${path}: group ${name}`;
  const bytes = Buffer.byteLength(`${namespace}${name}`);
  return {
    place,
    problems: [
      ...problemsAt(place, isUsers ? usersRuleGroup : ruleGroup, group),
      ...(bytes <= MAX_NAMESPACE_AND_GROUP_BYTES
        ? []
        : [
            `${place}: its name and that of the file must be at most ${MAX_NAMESPACE_AND_GROUP_BYTES} bytes, got ${bytes}`,
          ]),
    ],
    rules: listIn(group, 'rules').map((rule, position) => ({
      place: rulePlace(path, `${name}`, fieldsOf(rule), position),
      path,
      isUsers,
      fields: fieldsOf(rule),
    })),
  };
}

function rulePlace(path: string, group: string, rule: Rule['fields'], position: number): string {
  const place = `${path}: group ${group}`;
  if ('alert' in rule) return `${place}: alert ${rule.alert}`;
  if ('record' in rule) return `${place}: record ${rule.record}`;
  return `${place}: rule number ${position + 1}`;
}

function ruleProblems({ place, fields, isUsers }: Rule): string[] {
  const isOne = 'alert' in fields !== 'record' in fields;
  if (!isOne) return [`${place}: must have either alert or record`];
  const [alerting, recording] = isUsers
    ? [usersAlertingRule, usersRecordingRule]
    : [alertingRule, recordingRule];
  const misnamed = [fields.labels, fields.annotations]
    .flatMap((map) => Object.keys(fieldsOf(map)))
    .filter((key) => !LABEL_NAME.test(key));
  return [
    ...problemsAt(place, 'alert' in fields ? alerting : recording, fields),
    ...misnamed.map((key) => `${place}: '${key}' is not the name of a label`),
  ];
}

/** Routes and runbooks go by the name, so it must not stand for two things. */
function takenNames(rules: readonly Rule[]): string[] {
  const ours = rules.filter(({ isUsers, fields }) => !isUsers && 'alert' in fields);
  return rules.flatMap(({ place, isUsers, fields }) => {
    const taken = isUsers && ours.find((rule) => rule.fields.alert === fields.alert);
    return taken
      ? [`${place}: its name is taken by ${taken.place}; choose another, or switch that one off`]
      : [];
  });
}

const isNamed = ({ fields }: Rule): boolean => 'alert' in fields || 'record' in fields;

/**
 * Two alerts of one name and with the same labels of their own are one alert to the alert manager, and two
 * such recording rules write each other's series, unless one of them says where it keeps out of the other's way.
 */
function ruleKey({ path, place, fields }: Rule) {
  const labels = Object.entries(fieldsOf(fields.labels)).sort(([a], [b]) => (a < b ? -1 : 1));
  const isMapping = 'record' in fields && isExcept(String(fields.expr));
  const key = JSON.stringify([fields.alert, fields.record, labels, isMapping && path]);
  return { key, place };
}

/** Whether an expression is one thing `unless` another. */
function isExcept(expression: string): boolean {
  const [root] = childrenOf(groupedTree(expression).topNode);
  return root?.getChild('Unless') != null;
}

function repeated(
  items: readonly { readonly key: string; readonly place: string }[],
  says: (first: string) => string,
): string[] {
  const first = new Map<string, string>();
  return items.flatMap(({ key, place }) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, place);
    return before === undefined ? [] : [`${place}: ${says(before)}`];
  });
}

function problemsAt(place: string, schema: z.ZodType, value: unknown): string[] {
  return schemaProblems('', schema, value).map(
    (line) => `${place}: ${line.replace(/^[.: ]+/, '')}`,
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listIn(value: unknown, field: string): readonly unknown[] {
  const list = fieldsOf(value)[field];
  return Array.isArray(list) ? list : [];
}
