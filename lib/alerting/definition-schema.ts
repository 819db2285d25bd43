import { z } from 'zod';
import { durationSeconds } from './prometheus-duration.js';
import { regexProblem } from './regex.js';

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-config.html
const MAX_REPEAT_SECONDS = 5 * 86_400;

const absent = (message: string) => z.undefined({ error: message }).optional();

const ampConnects = absent('must be left out, because AMP makes the connection itself');

const snsConfig = z.strictObject({
  topic_arn: z
    .string({ error: 'must be the ARN of a topic' })
    .refine((arn) => !arn.endsWith('.fifo'), {
      error: 'must be a standard topic, because AMP cannot publish to a FIFO one',
    }),
  sigv4: z.strictObject(
    { region: z.string({ error: 'must be there, because AMP requires it' }) },
    { error: 'must be there with a region, because AMP requires it' },
  ),
  subject: z.string({ error: 'must be text' }),
  message: z.string({ error: 'must be text' }),
  api_url: ampConnects,
  http_config: ampConnects,
});

const keyByReference = absent('must be left out; AMP takes routing_key.aws_secrets_manager');

const text = z.string({ error: 'must be text' }).optional();

const key = z.strictObject(
  {
    aws_secrets_manager: z.strictObject(
      {
        secret_arn: z.string({ error: 'must be the ARN of a secret' }),
        secret_key: z.string({ error: 'must be the name of a field of the secret' }),
        refresh_interval: text,
      },
      { error: 'must be there; whoever reads the definition would read any other key' },
    ),
  },
  {
    error: 'must be an aws_secrets_manager; whoever reads the definition would read any other key',
  },
);

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-pagerduty-configure-alertmanager.html
const pagerdutyConfig = z
  .strictObject({
    routing_key: key.optional(),
    service_key: key.optional(),
    client: text,
    client_url: text,
    description: text,
    details: z.record(z.string(), z.string()).optional(),
    severity: text,
    class: text,
    component: text,
    group: text,
    source: text,
    send_resolved: z.boolean().optional(),
    url: ampConnects,
    http_config: ampConnects,
    routing_key_file: keyByReference,
    service_key_file: keyByReference,
  })
  .refine((one) => one.routing_key !== undefined || one.service_key !== undefined, {
    error: 'must have a routing_key or a service_key',
    // After the keys of another kind, whose own words say it better.
    abort: true,
  });

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-config.html
export const receiver = z.looseObject({
  name: z.string({ error: 'must be text' }).min(1, { error: 'must not be empty' }),
  sns_configs: z.array(snsConfig).optional(),
  pagerduty_configs: z.array(pagerdutyConfig).optional(),
});

const duration = (message: string, isRight: (seconds: number) => boolean) =>
  z
    .string({ error: message })
    .refine((text) => isRight(durationSeconds(text) ?? Number.NaN), { error: message });

const labelName = z
  .string({ error: 'must be the name of a label' })
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'must be the name of a label' });

// Alertmanager also reads values without quotes, and from 0.27 on not in the same way.
const MATCHER = /^[a-zA-Z_][a-zA-Z0-9_]*\s*(=~?|!=|!~)\s*"((?:[^"\\]|\\.)*)"$/;

const matcher = z.string({ error: 'must be text' }).superRefine((text, context) => {
  const [, operator = '', value = ''] = MATCHER.exec(text) ?? [];
  const problem = operator.endsWith('~') ? regexProblem(value) : undefined;
  if (operator === '') context.addIssue({ code: 'custom', message: 'must be label = "value"' });
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const matchers = z
  .array(matcher)
  .min(1, { error: 'must not be empty, or it is about every alert' });

/** One route; those below it are routes of their own. */
export const route = z.strictObject({
  receiver: z.string({ error: 'must be the name of a receiver' }),
  matchers: matchers.optional(),
  group_by: z
    .array(labelName)
    .refine((labels) => new Set(labels).size === labels.length, {
      error: 'must name each label once',
    })
    .optional(),
  group_wait: duration('must be a duration such as 15s', (seconds) => seconds >= 0),
  group_interval: duration('must be a duration such as 2m, and not 0', (seconds) => seconds > 0),
  repeat_interval: duration(
    'must be a duration of at most 5d, and not 0',
    (seconds) => seconds > 0 && seconds <= MAX_REPEAT_SECONDS,
  ),
  routes: z.array(z.unknown()).optional(),
});

export const rootRoute = route.extend({
  matchers: absent('must be left out: the root route is about every alert'),
});

export const inhibitRule = z.strictObject({
  source_matchers: matchers,
  target_matchers: matchers,
  equal: z.array(labelName),
});

/** The fields that our configuration has; Alertmanager refuses one that it does not know. */
export const configuration = z.strictObject({
  templates: z.array(
    z.string({ error: 'must be the name of a file' }).regex(/^[^/\\]+$/, {
      error: 'must be the name of a file, without a folder',
    }),
  ),
  route: z.unknown(),
  inhibit_rules: z.unknown(),
  receivers: z.unknown(),
});
