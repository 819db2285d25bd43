import { z } from 'zod';
import { severities } from '../severity.js';
import { ruleTemplates, templateProblem } from './go-template.js';
import { durationSeconds } from './prometheus-duration.js';
import { promqlProblem } from './promql.js';

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html
const MIN_INTERVAL_SECONDS = 30;

const text = (pattern: RegExp, message: string) =>
  z.string({ error: message }).regex(pattern, { error: message });

const name = text(/\S/, 'must be text');

const duration = (message: string, minSeconds = 0) =>
  z
    .string({ error: message })
    .refine((value) => (durationSeconds(value) ?? -1) >= minSeconds, { error: message });

const list = z
  .array(z.unknown(), { error: 'must be a list' })
  .min(1, { error: 'must not be empty' });

// Cortex, which AMP is, writes a rule as YAML and cannot read these back: "unable to decoded rule group".
const indented = /^\s.*\n|^\n/s;
const tabbed = /^\t.*\n/s;

const expr = z
  .string({ error: 'must be PromQL' })
  .refine((value) => !indented.test(value), {
    error: 'must not begin with an empty or indented line',
  })
  .superRefine((value, context) => {
    const problem = promqlProblem(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

// Without quotes 010 is 8 to one reader of YAML, 10 to another, and `010` to a third.
const value = z.string({ error: 'must be text in quotes' });

const templated = (schema: z.ZodString) =>
  schema.superRefine((template, context) => {
    if (tabbed.test(template)) {
      context.addIssue({ code: 'custom', message: 'must not begin with a tab' });
    }
    const problem = templateProblem(template, ruleTemplates);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const sentence = templated(name);

/** What labels and annotations may be called. */
export const LABEL_NAME = /^(?!__name__$)[a-zA-Z_][a-zA-Z0-9_]*$/;

// Hosts differ between environments, and rule files do not.
export const runbookHeading = text(
  /^[a-z0-9-]+\.md#[a-z0-9-]+$/,
  'must be file.md#heading in docs/runbooks, without a host',
);
export const dashboardUid = text(
  /^[a-z][a-z0-9-]*$/,
  'must be the uid of a dashboard, without a host',
);
export const component = text(/^[a-z][a-z-]*$/, 'must be lower-case letters and dashes');
const severity = z.enum(severities, { error: `must be ${oneOf(severities)}` });

const mapping = { error: 'must be a mapping' };

export const ruleFile = z.strictObject({ groups: list }, { error: 'must hold groups of rules' });

const interval = duration('must be a duration of at least 30s', MIN_INTERVAL_SECONDS);

const group = <I extends z.ZodType>(every: I) =>
  z.strictObject(
    {
      name,
      interval: every,
      limit: z.int({ error: 'must be a whole number' }).optional(),
      rules: list,
    },
    mapping,
  );

/** Without an interval AMP takes 60 s and Prometheus whatever its configuration says, so ours name it. */
export const ruleGroup = group(interval);

/** Rules that people already have often go without. */
export const usersRuleGroup = group(interval.optional());

const recording = (record: z.ZodString) =>
  z.strictObject(
    { record, expr, labels: z.record(z.string(), value, mapping).optional() },
    mapping,
  );

const alerting = <L extends z.ZodType, A extends z.ZodType>(
  alert: z.ZodString,
  labels: L,
  annotations: A,
) =>
  z.strictObject(
    {
      alert,
      expr,
      for: duration('must be a duration such as 5m').optional(),
      keep_firing_for: duration('must be a duration such as 5m').optional(),
      labels,
      annotations,
    },
    mapping,
  );

export const recordingRule = recording(
  text(/^[a-z_][a-z0-9_]*:[a-z0-9_]+:[a-z0-9_]+$/, 'must be level:metric:operation in lower case'),
);

export const alertingRule = alerting(
  text(/^[A-Z][A-Za-z0-9]*$/, 'must be PascalCase, letters and digits'),
  z.object({ severity, component }, mapping).catchall(templated(value)),
  z
    .object(
      {
        summary: sentence,
        description: sentence,
        runbook: runbookHeading,
        dashboard: dashboardUid,
      },
      mapping,
    )
    .catchall(templated(value)),
);

/** What Prometheus takes. */
export const usersRecordingRule = recording(
  text(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'must be the name of a metric'),
);

/** What Prometheus takes, and a severity, because routes go by it. */
export const usersAlertingRule = alerting(
  name,
  z.object({ severity }, mapping).catchall(templated(value)),
  z
    .object({ runbook: runbookHeading.optional(), dashboard: dashboardUid.optional() }, mapping)
    .catchall(templated(value))
    .optional(),
);

function oneOf(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
