import { z } from 'zod';
import { type Severity, severities } from '../severity.js';
import { ruleTemplates, templateProblem } from './go-template.js';
import { durationSeconds } from './prometheus-duration.js';
import { component, dashboardUid, LABEL_NAME, runbookHeading } from './rule-file-schema.js';

/** A time in one unit, such as `90m`. */
export type PrometheusDuration = `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'y'}`;

interface Choice {
  /** The rule's own labels that tell it from others of its name. @default - the alert has one rule */
  readonly where?: Readonly<Record<string, string>>;
}

/** What an environment changes of an alert; everything that is left out stays as it is shipped. */
export interface AlertChange extends Choice {
  /** The number that the expression is compared with. */
  readonly threshold?: number;
  readonly for?: PrometheusDuration;
  readonly keepFiringFor?: PrometheusDuration;
  readonly severity?: Severity;
  /** Added to the labels of the rule, or in the place of one that only names. */
  readonly labels?: Readonly<Record<string, string>> & {
    readonly alertname?: never;
    readonly severity?: never;
  };
  /** Added to the annotations of the rule, or in the place of one. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly off?: never;
}

/** Takes an alert out of the rules of an environment. */
export interface AlertOff extends Choice {
  readonly off: true;
}

export type AlertOverride = AlertChange | AlertOff;

/** By the name of the alert; a list where it has several rules. */
export type AlertOverrides = Readonly<Record<string, AlertOverride | readonly AlertOverride[]>>;

const rule = (message: string) => ({ error: message });

const duration = z
  .string(rule('must be a duration such as 5m'))
  .refine((value) => durationSeconds(value) !== undefined, rule('must be a duration such as 5m'));

const template = z
  .string(rule('must be text'))
  .regex(/\S/, rule('must be text'))
  .superRefine((text, context) => {
    const problem = templateProblem(text, ruleTemplates);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const named = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), value).superRefine((entries, context) => {
    for (const key of Object.keys(entries).filter((name) => !LABEL_NAME.test(name))) {
      context.addIssue({ code: 'custom', message: `'${key}' is not the name of a label` });
    }
  });

const labels = named(template)
  .and(z.looseObject({ component: component.optional() }))
  .superRefine((entries, context) => {
    if ('alertname' in entries) {
      context.addIssue({
        code: 'custom',
        message: 'alertname is the name of the alert; routes and runbooks go by it',
      });
    }
    if ('severity' in entries) {
      const message = 'severity is a field of its own, beside labels';
      context.addIssue({ code: 'custom', message });
    }
  });

const fields = z.strictObject({
  where: z
    .record(z.string(), z.string())
    .refine((entries) => Object.keys(entries).length > 0, rule('must name a label'))
    .optional(),
  threshold: z.number(rule('must be a number')).optional(),
  for: duration.optional(),
  keepFiringFor: duration.optional(),
  severity: z.enum(severities, rule(`must be one of ${severities.join(', ')}`)).optional(),
  labels: labels.optional(),
  annotations: named(template)
    .and(z.looseObject({ runbook: runbookHeading.optional(), dashboard: dashboardUid.optional() }))
    .optional(),
  off: z.literal(true, rule('must be true, or left out')).optional(),
});

const override = fields.superRefine(({ where: _, off, ...changes }, context) => {
  const changed = Object.keys(changes);
  if (off && changed.length > 0) {
    const message = `an alert that is off has no ${changed.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  }
  if (!off && changed.length === 0) {
    const message = 'changes nothing; name a field of the alert, or off: true';
    context.addIssue({ code: 'custom', message });
  }
});

// Not a union, whose message would be about the list that nobody meant.
const oneOrMore = z.unknown().superRefine((value, context) => {
  const schema = Array.isArray(value)
    ? z.array(override).min(1, rule('must not be empty'))
    : override;
  for (const issue of schema.safeParse(value).error?.issues ?? []) {
    context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0]);
  }
});

/** What the overrides of an environment must look like, whatever its rules are. */
export const alertOverridesSchema = z.record(z.string(), oneOrMore);
