import { z } from 'zod';
import { exposures, type Target } from './collector/targets.js';
import { type Channel, channelNames } from './notifications/channels.js';
import { schemaProblems } from './schema-problems.js';
import { type Severity, severities } from './severity.js';

/** What may differ between environments; everything else is the same everywhere. */
export interface Environment {
  /** The AWS account, twelve digits. */
  readonly account: string;
  readonly region: string;
  /** How long the workspace keeps samples. AMP's limit is 1095 days. */
  readonly retentionDays: number;
  /** Which severities each channel hears; a channel that is left out is not deployed. */
  readonly channels: Partial<Record<Channel, readonly Severity[]>>;
  /** Who gets an e-mail for which severity; each address must confirm its subscription once. */
  readonly email: Partial<Record<Severity, readonly string[]>>;
  /** Who hears, by e-mail, that the alerting itself is broken. */
  readonly operators: readonly string[];
  /** Where the links in messages lead. Rules carry only relative links. */
  readonly links: {
    /** The folder that holds `http.md` and the other runbooks, ending in a slash. */
    readonly runbooks: string;
    /** The Grafana workspace, known after its first deploy. @default - messages carry no dashboard link */
    readonly grafana?: string;
  };
  /** Where the collector runs: a VPC of its own, or one that exists. */
  readonly network: OwnNetwork | ExistingNetwork;
  /** Every job that is scraped. */
  readonly targets: readonly Target[];
}

export interface OwnNetwork {
  readonly cidr: string;
}

export interface ExistingNetwork {
  readonly vpcId: string;
  readonly availabilityZones: readonly string[];
  readonly privateSubnetIds: readonly string[];
}

/** The environments, if all are valid; otherwise an error that lists every problem of every one. */
export function validEnvironments<const T extends Record<string, Environment>>(environments: T): T {
  const problems = Object.entries(environments).flatMap(([name, environment]) =>
    environmentProblems(name, environment),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return environments;
}

const rule = (message: string) => ({ error: message });

const text = (pattern: RegExp, message: string) =>
  z.string(rule(message)).regex(pattern, rule(message));

const wholeNumber = (min: number, max: number) => {
  const message = `must be between ${min} and ${max}`;
  return z.int(rule(message)).min(min, rule(message)).max(max, rule(message));
};

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, rule(`must be one of ${values.join(', ')}`));

const url = (message: string, pattern: RegExp) =>
  z
    .string(rule(message))
    .refine((value) => URL.canParse(value) && pattern.test(value), rule(message));

const distinct = <T extends z.ZodType<string>>(items: T) =>
  z
    .array(items)
    .refine((values) => new Set(values).size === values.length, rule('must not repeat itself'));

const addresses = distinct(z.email(rule('must be an e-mail address')));

// 63 characters for a DNS label; AMP has no limit on a job, so this is only against typing errors.
const job = text(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes');

const discovery = z.union(
  [
    z.strictObject({
      addresses: z
        .array(text(/^[^\s:/]+:\d{1,5}$/, 'must be host:port'))
        .min(1, rule('must name at least one host:port')),
    }),
    z.strictObject({
      dns: text(/^[a-z0-9.-]+$/i, 'must be a DNS name'),
      port: wholeNumber(1, 65_535),
    }),
  ],
  rule('must be { addresses: [host:port, …] } or { dns: name, port: number }'),
);

const target = z
  .strictObject({
    job,
    exposes: oneOf(exposures),
    discovery,
    expectedMinimum: wholeNumber(1, 10_000),
    path: text(/^\/\S*$/, 'must start with /').optional(),
    // AMP evaluates rules every 30 s at most; more frequent samples are paid for and not seen.
    intervalSeconds: wholeNumber(5, 300).optional(),
    sampleLimit: wholeNumber(1, 1_000_000).optional(),
  })
  .refine((value) => !('dns' in value.discovery) || value.expectedMinimum <= 8, {
    // https://docs.aws.amazon.com/cloud-map/latest/dg/services-route53.html (multivalue answer)
    error: 'must be at most 8 with DNS discovery, because Cloud Map answers with eight addresses',
    path: ['expectedMinimum'],
  });

const fields = z.strictObject({
  account: text(/^\d{12}$/, 'must be twelve digits'),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1'),
  // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-workspace-configuration.html
  retentionDays: wholeNumber(1, 1095),
  channels: z.partialRecord(
    oneOf(channelNames),
    distinct(oneOf(severities)).min(
      1,
      rule('must name a severity; leave out a channel that hears none'),
    ),
  ),
  email: z.partialRecord(oneOf(severities), addresses),
  operators: addresses.min(1, rule('must name at least one address')),
  links: z.strictObject({
    runbooks: url('must be an https URL ending in a slash', /^https:\/\/.*\/$/),
    grafana: url('must be an https URL without a path', /^https:\/\/[^/]+$/).optional(),
  }),
  network: z.union(
    [
      z.strictObject({
        cidr: text(/^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-4])$/, 'must be a CIDR block, /16 to /24'),
      }),
      z.strictObject({
        vpcId: text(/^vpc-[0-9a-f]+$/, 'must be vpc-…'),
        availabilityZones: z
          .array(text(/^\S+$/, 'must be an availability zone'))
          .min(2, rule('must name at least two')),
        privateSubnetIds: z
          .array(text(/^subnet-[0-9a-f]+$/, 'must be subnet-…'))
          .min(2, rule('must name at least two')),
      }),
    ],
    rule('must be { cidr } or { vpcId, availabilityZones, privateSubnetIds }'),
  ),
  targets: z
    .array(target)
    .min(1, rule('must name at least one target'))
    .superRefine((targets, context) => {
      for (const job of repeatedJobs(targets)) context.addIssue(`job '${job}' is there twice`);
    }),
});

const reach = z.object({ channels: fields.shape.channels, email: fields.shape.email });

const schema = fields.superRefine(
  (environment, context) => {
    for (const severity of unheardSeverities(environment as Environment)) {
      const message = `${severity} reaches nobody; add it to a channel or to email`;
      context.addIssue({ code: 'custom', path: ['channels'], message });
    }
  },
  // By default the check would wait until every other field is right, and problems would come in two runs.
  { when: ({ value }) => reach.safeParse(value).success },
);

/** Each problem in the words of the person who wrote the environment, starting with the place to edit. */
export function environmentProblems(name: string, environment: unknown): string[] {
  const place = `environments.${name}`;
  const nameProblems = /^[a-z][a-z0-9]{0,19}$/.test(name)
    ? []
    : [`${place}: the name must be at most 20 lower-case letters and digits, got '${name}'`];
  return [...nameProblems, ...schemaProblems(place, schema, environment)];
}

function unheardSeverities({ channels, email }: Pick<Environment, 'channels' | 'email'>) {
  const heard = Object.values(channels).flat();
  return severities.filter((severity) => !heard.includes(severity) && !email[severity]?.length);
}

function repeatedJobs(targets: readonly { job: string }[]): string[] {
  const jobs = targets.map(({ job }) => job);
  return [...new Set(jobs.filter((job, index) => jobs.indexOf(job) !== index))];
}
