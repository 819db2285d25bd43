import { environments } from '../../bin/environments';
import type { Edit } from './template-edits';
import { synthesizedTemplates } from './templates';

/** Edits of the production templates, and everything that the delivery proof has to say about them. */
export type Cut = [what: string, edits: Edit[], problems: string[]];

/** The templates that are cut. */
export const prod = synthesizedTemplates({ prod: environments.prod });

/** The logical ids of all resources of a type in the notifications stack. */
export function idsOf(type: string): string[] {
  return Object.entries(prod['prod-notifications']?.Resources ?? {})
    .filter(([, { Type }]) => Type === type)
    .map(([id]) => id);
}

/** One sentence per action that is refused. */
export function refused(who: string, actions: readonly string[], behalf: string): string[] {
  return actions.map((action) => `prod-${who} may not ${action} for ${behalf}`);
}

/** What every service needs that writes to something encrypted. */
export const encrypting = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** The topic that most cuts are about. */
export const topic = 'topic TopicsCriticalMessages';
