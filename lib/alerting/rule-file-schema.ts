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

const expr = z.string({ error: 'must be PromQL' }).superRefine((value, context) => {
  const problem = promqlProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

// Without quotes 010 is 8 to one reader of YAML, 10 to another, and `010` to a third.
const value = z.string({ error: 'must be text in quotes' });

const templated = (schema: z.ZodString) =>
  schema.superRefine((template, context) => {
    const problem = templateProblem(template, ruleTemplates);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const sentence = templated(name);

const mapping = { error: 'must be a mapping' };

export const ruleFile = z.strictObject({ groups: list }, { error: 'must hold groups of rules' });

export const ruleGroup = z.strictObject(
  {
    name,
    // Without one AMP takes 60 s and Prometheus whatever its configuration says.
    interval: duration('must be a duration of at least 30s', MIN_INTERVAL_SECONDS),
    limit: z.int({ error: 'must be a whole number' }).optional(),
    rules: list,
  },
  mapping,
);

export const recordingRule = z.strictObject(
  {
    record: text(
      /^[a-z_][a-z0-9_]*:[a-z0-9_]+:[a-z0-9_]+$/,
      'must be level:metric:operation in lower case',
    ),
    expr,
    labels: z.record(z.string(), value, mapping).optional(),
  },
  mapping,
);

export const alertingRule = z.strictObject(
  {
    alert: text(/^[A-Z][A-Za-z0-9]*$/, 'must be PascalCase, letters and digits'),
    expr,
    for: duration('must be a duration such as 5m').optional(),
    keep_firing_for: duration('must be a duration such as 5m').optional(),
    labels: z
      .object(
        {
          severity: z.enum(severities, { error: `must be ${oneOf(severities)}` }),
          component: text(/^[a-z][a-z-]*$/, 'must be lower-case letters and dashes'),
        },
        mapping,
      )
      .catchall(templated(value)),
    annotations: z
      .object(
        {
          summary: sentence,
          description: sentence,
          // Hosts differ between environments, and rule files do not.
          runbook: text(
            /^[a-z0-9-]+\.md#[a-z0-9-]+$/,
            'must be file.md#heading in docs/runbooks, without a host',
          ),
          dashboard: text(/^[a-z][a-z0-9-]*$/, 'must be the uid of a dashboard, without a host'),
        },
        mapping,
      )
      .catchall(templated(value)),
  },
  mapping,
);

function oneOf(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
