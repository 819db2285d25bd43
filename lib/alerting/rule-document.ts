import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { RuleFile } from './rule-files.js';

/** A rule file whose alerts can be changed in place: comments, order and layout stay. */
export interface RuleDocument {
  readonly isReadable: boolean;
  readonly alerts: readonly AlertRule[];
  /** The file as it is now, byte for byte when nothing changed; none when no rule is left. */
  readonly files: () => RuleFile[];
}

/** An alert where it stands in its file. */
export interface AlertRule {
  readonly name: string;
  readonly isUsers: boolean;
  readonly expr: string;
  readonly for: string | undefined;
  readonly keepFiringFor: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Sets a field, or one of its labels or annotations. */
  readonly set: (path: readonly [field: string, key?: string], value: string) => void;
  /** Says above the alert what was changed. */
  readonly note: (comment: string) => void;
  /** Takes the alert away and says so where it was. */
  readonly remove: (comment: string) => void;
}

export function ruleDocument(file: RuleFile): RuleDocument {
  const document = parseDocument(file.text);
  const isReadable = document.errors.length === 0;
  const state = { isChanged: false };
  return {
    isReadable,
    alerts: isReadable
      ? ruleLists(document).flatMap((rules) => alertsIn({ document, rules, state }, file))
      : [],
    files: () => (state.isChanged ? written(document, file) : [file]),
  };
}

function written(document: Document, file: RuleFile): RuleFile[] {
  const groups = document.get('groups');
  if (!isSeq(groups)) return [file];
  const isLeft = (group: unknown) => !isMap(group) || !isEmpty(group.get('rules'));
  groups.items = groups.items.filter(isLeft);
  // Long expressions and texts stay on the lines they are on.
  const text = document.toString({ lineWidth: 0 });
  return groups.items.length > 0 ? [{ ...file, text }] : [];
}

const isEmpty = (rules: unknown) => isSeq(rules) && rules.items.length === 0;

function ruleLists(document: Document): YAMLSeq[] {
  const groups = document.get('groups');
  return (isSeq(groups) ? groups.items : [])
    .map((group) => (isMap(group) ? group.get('rules') : undefined))
    .filter((rules): rules is YAMLSeq => isSeq(rules));
}

interface RuleList {
  readonly document: Document;
  readonly rules: YAMLSeq;
  readonly state: { isChanged: boolean };
}

function alertsIn(list: RuleList, { isUsers = false }: RuleFile): AlertRule[] {
  return list.rules.items
    .filter((rule): rule is YAMLMap => isMap(rule) && rule.has('alert'))
    .map((rule) => alertRule(list, rule, isUsers));
}

function alertRule(list: RuleList, rule: YAMLMap, isUsers: boolean): AlertRule {
  const fields: Record<string, unknown> = rule.toJS(list.document);
  const changing =
    <T extends readonly unknown[]>(change: (...parts: T) => void) =>
    (...parts: T) => {
      list.state.isChanged = true;
      change(...parts);
    };
  return {
    name: String(fields.alert),
    isUsers,
    expr: String(fields.expr),
    for: textOf(fields.for),
    keepFiringFor: textOf(fields.keep_firing_for),
    labels: textsIn(fields.labels),
    annotations: textsIn(fields.annotations),
    set: changing((path, value) => setField({ ...list, rule }, path, value)),
    note: changing((comment) => writeAbove(rule, comment)),
    remove: changing((comment) => removeFrom(list.rules, rule, comment)),
  };
}

interface RuleNode extends RuleList {
  readonly rule: YAMLMap;
}

function setField(
  { document, rule }: RuleNode,
  [field, key]: readonly [field: string, key?: string],
  value: string,
): void {
  if (key === undefined) {
    setText(document, rule, field, value);
    return;
  }
  if (!isMap(rule.get(field))) insert(document, rule, field, new YAMLMap());
  const texts = rule.get(field);
  if (isMap(texts)) setText(document, texts, key, value);
}

/** Keeps the style in which the old value was written. */
function setText(document: Document, map: YAMLMap, key: string, value: string): void {
  const old = map.get(key, true);
  if (isScalar(old)) old.value = value;
  else insert(document, map, key, quoted(value));
}

/** As sentences are written in rule files. */
function quoted(value: string): Scalar {
  const scalar = new Scalar(value);
  if (/\s/.test(value)) scalar.type = Scalar.QUOTE_SINGLE;
  return scalar;
}

// A field that is new stands where Prometheus' own documentation has it.
const order = ['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function insert(document: Document, map: YAMLMap, key: string, value: unknown): void {
  const before = order.slice(0, Math.max(0, order.indexOf(key)));
  const follows = map.items.findLastIndex(
    (pair) => isScalar(pair.key) && before.includes(String(pair.key.value)),
  );
  const at = follows < 0 ? map.items.length : follows + 1;
  map.items.splice(at, 0, document.createPair(key, value));
}

function writeAbove(node: unknown, comment: string): void {
  if (isNode(node)) node.commentBefore = lines(node.commentBefore, ` ${comment}`);
}

function removeFrom(rules: YAMLSeq, rule: YAMLMap, comment: string): void {
  const index = rules.items.indexOf(rule);
  rules.items.splice(index, 1);
  const next = rules.items[index];
  if (next === undefined) rules.comment = lines(rules.comment, ` ${comment}`);
  else if (isNode(next)) next.commentBefore = lines(` ${comment}`, next.commentBefore);
}

function lines(...texts: readonly (string | null | undefined)[]): string {
  return texts.filter(Boolean).join('\n');
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}
