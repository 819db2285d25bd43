import { parseDocument } from 'yaml';
import { z } from 'zod';
import { httpServerRequestDuration } from '../metrics/http.js';
import { schemaProblems } from '../schema-problems.js';
import { type Severity, severities } from '../severity.js';

/** Which share of a service's requests shall be good, and what good means. */
export interface Slo {
  /** Its label `slo`, and the rule file `slo-<name>.yaml`. */
  readonly name: string;
  /** The `job` of the requests. */
  readonly service: string;
  /** How many of 100 requests shall be good. */
  readonly objective: number;
  readonly sli: Sli;
  readonly windowDays: number;
  readonly severity: Readonly<Record<Burn, Severity>>;
}

/** A good request has no server error, or takes no longer than a threshold. */
export type Sli =
  | { readonly kind: 'availability' }
  | { readonly kind: 'latency'; readonly thresholdSeconds: number };

/** Whether the budget will be gone in days, or merely before the window is over. */
export type Burn = 'fast' | 'slow';

const rule = (message: string) => ({ error: message });

const text = (pattern: RegExp, message: string) =>
  z.string(rule(message)).regex(pattern, rule(message));

// Below 95 even a total outage is no 14.4 times the budget. Above 99.99 a month of it is 26 seconds, which
// is less than the interval of one scrape.
const objective = 'must be a percentage from 95 to 99.99';

const edges = httpServerRequestDuration.buckets;
const windows = ['7d', '28d', '30d'] as const;
const severity = z.enum(severities, rule(`must be one of ${severities.join(', ')}`)).optional();

const fields = {
  // 64 characters are what the name of a rule file may have.
  name: text(
    /^(?=.{1,60}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'must be lower-case words with dashes between them, at most 60 characters',
  ),
  service: text(/^[a-z][a-z0-9-]{0,62}$/, 'must be a job: lower-case letters, digits and dashes'),
  objective: z.number(rule(objective)).min(95, rule(objective)).max(99.99, rule(objective)),
  window: z.enum(windows, rule(`must be one of ${windows.join(', ')}`)).default('30d'),
  severity: z.strictObject({ fast: severity, slow: severity }).default({}),
};

const thresholdSeconds = z
  .number(rule('must be a number of seconds'))
  // Between two edges nobody knows how many requests were faster.
  .refine((value) => edges.includes(value), {
    error: `must be an upper edge of ${httpServerRequestDuration.name} (${edges.join(', ')})`,
  });

const slo = z.discriminatedUnion(
  'sli',
  [
    z.strictObject({ ...fields, sli: z.literal('availability') }),
    z.strictObject({ ...fields, sli: z.literal('latency'), thresholdSeconds }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union' ? 'must be availability or latency' : 'must be an object',
  },
);

const named = z.array(z.object({ name: z.string() }));

const objectivesSchema = z
  .array(slo, rule('must be a list of objectives'))
  .min(1, rule('must name at least one objective'))
  .superRefine(
    (list, context) => {
      const names = list.map(({ name }) => name);
      for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
        context.addIssue(`name '${name}' is there twice`);
      }
    },
    // Beside the other problems, not after they are mended.
    { when: ({ value }) => named.safeParse(value).success },
  );

/** The objectives of a file; if one is wrong, an error that lists every problem of all. */
export function objectives(text: string, place: string): Slo[] {
  const document = parseDocument(text);
  const unreadable = [...document.errors, ...document.warnings].map(
    ({ message }) => `${place}: must be YAML: ${message.split(/:?\n/)[0]}`,
  );
  if (unreadable.length > 0) throw new Error(unreadable.join('\n'));
  const content: unknown = document.toJS();
  const problems = schemaProblems('', objectivesSchema, content);
  if (problems.length > 0) {
    throw new Error(problems.map((problem) => placed(place, problem, content)).join('\n'));
  }
  return objectivesSchema.parse(content).map(({ window, severity, ...one }) => ({
    name: one.name,
    service: one.service,
    objective: one.objective,
    sli:
      one.sli === 'latency'
        ? { kind: 'latency', thresholdSeconds: one.thresholdSeconds }
        : { kind: 'availability' },
    windowDays: Number.parseInt(window, 10),
    severity: { fast: severity.fast ?? 'critical', slow: severity.slow ?? 'warning' },
  }));
}

/** `[0].window must …` becomes `file: api-availability.window must …`, which a person finds. */
function placed(place: string, problem: string, content: unknown): string {
  const [, index, rest = ''] = /^\[(\d+)\](.*)$/s.exec(problem) ?? [];
  if (index === undefined) return `${place}: ${problem.replace(/^[.: ]+/, '')}`;
  const { data } = z.array(z.unknown()).safeParse(content);
  const name = z.object({ name: z.string() }).safeParse(data?.[Number(index)]).data?.name;
  return `${place}: ${name ?? `objective number ${Number(index) + 1}`}${rest}`;
}
