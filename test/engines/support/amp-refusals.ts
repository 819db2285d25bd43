import { parse } from 'yaml';
import { z } from 'zod';
import { schemaProblems } from '../../../lib/schema-problems.js';
import { parsedJson } from '../../../local/parsed-json.js';
import { place } from './emulator.js';

// Written from AMP's pages and not from lib/alerting's checks, so that one can prove the other wrong.

const arn = (service: string, rest: string) =>
  new RegExp(`^arn:aws:${service}:${place.region}:${place.account}:${rest}$`);

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-aps-workspace.html;
// a custom resource gets its numbers as text.
const logGroupArn = z
  .string()
  .regex(
    arn('logs', 'log-group:/aws/vendedlogs/prometheus/[^:]+:\\*'),
    'must be a vended log group',
  );
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const workspace = z.strictObject({
  ServiceToken: z.string(),
  Alias: z.string().min(1).max(100),
  AlertManagerDefinition: z.string(),
  KmsKeyArn: z.string().regex(arn('kms', 'key/.+'), 'must be the ARN of a key'),
  WorkspaceConfiguration: z.strictObject({
    RetentionPeriodInDays: count(1, 1095),
    OutOfOrderTimeWindowInSeconds: count(0, 600),
    RuleQueryOffsetInSeconds: count(0, 86_400),
  }),
  LoggingConfiguration: z.strictObject({ LogGroupArn: logGroupArn }),
  QueryLoggingConfiguration: z.strictObject({
    Destinations: z
      .array(
        z.strictObject({
          CloudWatchLogs: z.strictObject({ LogGroupArn: logGroupArn }),
          Filters: z.strictObject({ QspThreshold: z.coerce.number().min(0) }),
        }),
      )
      .length(1),
  }),
});

const ruleNamespace = z.strictObject({
  ServiceToken: z.string(),
  Name: z.string().regex(/^[0-9A-Za-z][-.0-9A-Z_a-z]{0,63}$/, 'must be a namespace name'),
  Workspace: z
    .string()
    .regex(arn('aps', 'workspace/ws-[-0-9a-f]+'), 'must be the ARN of a workspace'),
  Data: z.string(),
});

export type WorkspaceProperties = z.infer<typeof workspace>;
export type RuleNamespaceProperties = z.infer<typeof ruleNamespace>;

/** The properties of a workspace that AMP would take; throws what it would answer instead. */
export function acceptedWorkspace(properties: unknown): WorkspaceProperties {
  refuse(schemaProblems('workspace', workspace, properties));
  const accepted = workspace.parse(properties);
  refuse(definitionRefusals(accepted.AlertManagerDefinition));
  return accepted;
}

/** The properties of a rule groups namespace that AMP would take; throws what it would answer instead. */
export function acceptedRuleNamespace(properties: unknown): RuleNamespaceProperties {
  refuse(schemaProblems('namespace', ruleNamespace, properties));
  const accepted = ruleNamespace.parse(properties);
  refuse(ruleRefusals(accepted));
  return accepted;
}

const MAX_BYTES = 1_000_000;
const MAX_PARTS = 100;
const LEAST_INTERVAL_SECONDS = 30;
const MAX_NAME_BYTES = 721;

const ruleFile = z.strictObject({
  groups: z
    .array(
      z.looseObject({
        name: z.string().min(1),
        interval: z.string().optional(),
        rules: z.array(z.looseObject({})),
      }),
    )
    .min(1),
});

export function ruleGroups(data: string): z.infer<typeof ruleFile>['groups'] {
  return ruleFile.parse(parse(data)).groups;
}

function ruleRefusals({ Name, Data }: RuleNamespaceProperties): string[] {
  const problems = schemaProblems('rules', ruleFile, parse(Data));
  if (problems.length > 0) return problems;
  const groups = ruleGroups(Data);
  return [
    ...(Buffer.byteLength(Data) > MAX_BYTES ? ['the rule file is too large'] : []),
    ...groups
      .filter(({ interval = '1m' }) => seconds(interval) < LEAST_INTERVAL_SECONDS)
      .map(({ name }) => `group ${name}: the interval must be at least 30 seconds`),
    ...groups
      .filter(({ name }) => Buffer.byteLength(Name + name) > MAX_NAME_BYTES)
      .map(({ name }) => `group ${name}: the names together are too long`),
  ];
}

const awsSecret = z.strictObject({
  aws_secrets_manager: z.strictObject({
    secret_arn: z.string().regex(arn('secretsmanager', 'secret:.+')),
    secret_key: z.string(),
    refresh_interval: z.string().optional(),
  }),
});

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-config.html and, for
// PagerDuty, …/AMP-alertmanager-pagerduty-configure-alertmanager.html
const receiver = z.strictObject({
  name: z.string(),
  sns_configs: z
    .array(
      z.strictObject({
        topic_arn: z
          .string()
          .regex(arn('sns', '(?!.*\\.fifo$).+'), 'must be a standard topic of this account'),
        sigv4: z.strictObject({ region: z.string(), role_arn: z.string().optional() }),
        subject: z.string().optional(),
        message: z.string().optional(),
        attributes: z.record(z.string(), z.string()).optional(),
        send_resolved: z.boolean().optional(),
      }),
    )
    .optional(),
  pagerduty_configs: z
    .array(
      z.strictObject({
        routing_key: awsSecret.optional(),
        service_key: awsSecret.optional(),
        ...Object.fromEntries(
          [
            'client',
            'client_url',
            'description',
            'severity',
            'class',
            'component',
            'group',
            'source',
          ].map((name) => [name, z.string().optional()]),
        ),
        details: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
});

interface RouteNode {
  readonly routes?: readonly RouteNode[] | undefined;
}

const route: z.ZodType<RouteNode> = z.looseObject({
  routes: z.array(z.lazy(() => route)).optional(),
});

const alertmanagerConfig = z.looseObject({
  route,
  receivers: z.array(receiver),
  inhibit_rules: z.array(z.unknown()).max(MAX_PARTS).optional(),
});

const definition = z.strictObject({
  template_files: z
    .record(z.string(), z.string())
    .refine((files) => Object.keys(files).length <= MAX_PARTS, 'too many templates')
    .optional(),
  alertmanager_config: z.string(),
});

export function definitionParts(text: string): z.infer<typeof definition> {
  return definition.parse(parse(text));
}

/** Why AMP would not take an alert manager definition. */
export function definitionRefusals(text: string): string[] {
  const problems = schemaProblems('definition', definition, parse(text));
  if (problems.length > 0) return problems;
  const config: unknown = parse(definitionParts(text).alertmanager_config);
  const { data } = alertmanagerConfig.safeParse(config);
  return [
    ...(Buffer.byteLength(text) > MAX_BYTES ? ['the definition is too large'] : []),
    ...schemaProblems('alertmanager_config', alertmanagerConfig, config),
    ...(data && nodes(data.route) > MAX_PARTS ? ['the routing tree has too many nodes'] : []),
  ];
}

function nodes({ routes = [] }: RouteNode): number {
  return routes.reduce((sum, child) => sum + nodes(child), 1);
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

function seconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhd])/g)];
  return parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitSeconds[unit] ?? 0),
    0,
  );
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`ValidationException: ${problems.join('; ')}`);
}

const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResourceType: z.enum([
    'Custom::APSWorkspace',
    'Custom::APSRuleGroupsNamespace',
    'Custom::MathAlarm',
  ]),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});

export type ControlRequest = z.infer<typeof request>;

/** What the stand-in function was asked by CloudFormation. */
export function controlRequest(body: string): ControlRequest {
  return request.parse(parsedJson(body));
}
