import { stringify } from 'yaml';
import type { RuleFile } from '../../../lib/alerting/rule-files';
import { alert, group } from '../../support/valid-rules';
import { type Case, type Row, type Verdict, verdict } from './case';

export const ruleEngines = ['promtool 2.42', 'promtool 2.53', 'Cortex'] as const;

export type RuleEngine = (typeof ruleEngines)[number];

export type RuleCase = Case<RuleFile, RuleEngine>;

export type RuleRow = Row<RuleFile, RuleEngine>;

export function file(content: string | object): RuleFile {
  const text =
    typeof content === 'string' ? content : stringify(content, { aliasDuplicateObjects: false });
  return { name: 'service', path: 'service.yaml', text };
}

/** A file that everybody takes. */
export const rightFile = file({ groups: [group] });

export function inGroup(change: object): RuleFile {
  return file({ groups: [{ ...group, ...change }] });
}

export function rules(...list: readonly object[]): RuleFile {
  return inGroup({ rules: list });
}

export function inAlert(change: object): RuleFile {
  return rules({ ...alert, ...change });
}

/** The words of the three, in their order; without words it is taken. */
export function say(
  old?: string,
  recent: string | undefined = old,
  cortex: string | undefined = recent,
): RuleCase['engines'] {
  return verdicts(verdict(old), verdict(recent), verdict(cortex));
}

/** What Cortex takes. */
export function promtoolSays(old: string, recent = old): RuleCase['engines'] {
  return verdicts(verdict(old), verdict(recent), 'accepts');
}

/** What only the oldest refuses. */
export function oldSays(old: string): RuleCase['engines'] {
  return verdicts(verdict(old), 'accepts', 'accepts');
}

/** What is about the file as a whole; Cortex gets one group of it at a time. */
export function ofFile(words?: string): RuleCase['engines'] {
  return verdicts(verdict(words), verdict(words), 'is not asked');
}

function verdicts(old: Verdict, recent: Verdict, cortex: Verdict): RuleCase['engines'] {
  return { 'promtool 2.42': old, 'promtool 2.53': recent, Cortex: cortex };
}
