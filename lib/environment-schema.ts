import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import { alertOverridesSchema } from './alerting/alert-override.js';
import { exposures } from './collector/targets.js';
import { channelNames } from './notifications/channels.js';
import { severities } from './severity.js';

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
  z.array(items).refine(
    (values) => new Set(values.map((value) => value.toLowerCase())).size === values.length,
    // Beside the other problems of the list, not after they are mended.
    { error: 'must not repeat itself', when: ({ value }) => isTextList(value) },
  );

const isTextList = (value: unknown) => z.array(z.string()).safeParse(value).success;

const awsRegion = 'must be an AWS region such as eu-west-1';

const addresses = distinct(z.email(rule('must be an e-mail address')));

// 63 characters for a DNS label; AMP has no limit on a job, so this is only against typing errors.
const job = text(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes');

const discovery = z.union(
  [
    z.strictObject({
      addresses: distinct(
        text(/^[^\s:/]+:\d{1,5}$/, 'must be host:port').refine(
          (address) => Number(address.split(':')[1]) <= 65_535,
          rule('must have a port below 65536'),
        ),
      ).min(1, rule('must name at least one host:port')),
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
  })
  .refine(
    ({ discovery, expectedMinimum }) =>
      !('addresses' in discovery) || expectedMinimum <= discovery.addresses.length,
    { error: 'must be at most the number of addresses', path: ['expectedMinimum'] },
  );

const privateBlock = 'must be a private CIDR block such as 10.0.0.0/16, /16 to /24';

/** The block's own address, in one of the ranges of https://www.rfc-editor.org/rfc/rfc1918. */
function isPrivateBlock(cidr: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)?.slice(1).map(Number);
  if (parts === undefined) return false;
  const [a = 0, b = 0, c = 0, d = 0, size = 0] = parts;
  const isAddress = [a, b, c, d].every((part) => part <= 255);
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
  const hostBits = ((c * 256 + d) % 2 ** (32 - size)) + (size < 16 ? 1 : 0);
  return isAddress && isPrivate && size >= 16 && size <= 24 && hostBits === 0;
}

const fields = z.strictObject({
  account: text(/^\d{12}$/, 'must be twelve digits'),
  region: z
    .string(rule(awsRegion))
    .refine((name) => RegionInfo.regions.some((region) => region.name === name), rule(awsRegion)),
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
        cidr: z
          .string(rule(privateBlock))
          .refine((value) => isPrivateBlock(value), rule(privateBlock)),
      }),
      z.strictObject({
        vpcId: text(/^vpc-[0-9a-f]+$/, 'must be vpc-…'),
        availabilityZones: distinct(text(/^\S+$/, 'must be an availability zone')).min(
          2,
          rule('must name at least two'),
        ),
        privateSubnetIds: distinct(text(/^subnet-[0-9a-f]+$/, 'must be subnet-…')).min(
          2,
          rule('must name at least two'),
        ),
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
  alerts: alertOverridesSchema.optional(),
  ownMetrics: distinct(
    text(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'must be the name of a metric'),
  ).optional(),
});

const reach = z.object({ channels: fields.shape.channels, email: fields.shape.email });

const placed = z.object({
  region: z.string(),
  network: z.object({
    availabilityZones: z.array(z.string()),
    privateSubnetIds: z.array(z.string()),
  }),
});

/** What an environment must be. Each message completes a sentence that begins with the field. */
export const environmentSchema = fields
  .superRefine(
    (environment, context) => {
      for (const severity of unheardSeverities(environment)) {
        const message = `${severity} reaches nobody; add it to a channel or to email`;
        context.addIssue({ code: 'custom', path: ['channels'], message });
      }
    },
    // By default the check would wait until every other field is right, and problems would come in two runs.
    { when: ({ value }) => reach.safeParse(value).success },
  )
  .superRefine(
    ({ region, network }, context) => {
      if (!('vpcId' in network)) return;
      const { availabilityZones, privateSubnetIds } = network;
      const place = ['network', 'availabilityZones'];
      if (availabilityZones.some((zone) => !zone.startsWith(region))) {
        context.addIssue({ code: 'custom', path: place, message: `must be in ${region}` });
      }
      if (availabilityZones.length !== privateSubnetIds.length) {
        const message = 'must be as many as privateSubnetIds, each the zone of one subnet';
        context.addIssue({ code: 'custom', path: place, message });
      }
    },
    { when: ({ value }) => placed.safeParse(value).success },
  );

function unheardSeverities({ channels, email }: z.output<typeof reach>) {
  const heard = Object.values(channels).flat();
  return severities.filter((severity) => !heard.includes(severity) && !email[severity]?.length);
}

function repeatedJobs(targets: readonly { job: string }[]): string[] {
  const jobs = targets.map(({ job }) => job);
  return [...new Set(jobs.filter((job, index) => jobs.indexOf(job) !== index))];
}
