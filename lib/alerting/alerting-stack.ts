import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRuleGroupsNamespace, CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Environment } from '../environment.js';
import { perSeverity, type Severity } from '../severity.js';
import { dataKey, topicKey } from './alerting-keys.js';
import { alertmanagerDefinition, definitionYaml } from './alertmanager.js';
import { definitionProblems } from './definition-check.js';
import { environmentRules } from './environment-rules.js';
import type { RuleFile } from './rule-files.js';
import { SeverityTopics } from './severity-topics.js';

// Samples that come later than this are refused, and rules look this far back: AWS advises an offset of at
// least the window. It covers the collector's batches of 15 s, and each second of it delays every alert.
// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-workspace-configuration.html
const LATE_SAMPLES_SECONDS = 30;

// A dashboard of a month over raw series is beyond it, and everything that reads recording rules is below.
const EXPENSIVE_QUERY_SAMPLES = 1_000_000;

const retained = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

export interface AlertingStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
}

/** The workspace with its rules, and the topics to which its alert manager publishes. */
export class AlertingStack extends Stack {
  readonly workspace: CfnWorkspace;
  /** JSON for the channels and readable text for e-mail, each per severity. */
  readonly topics: Readonly<Record<'messages' | 'email', Readonly<Record<Severity, ITopic>>>>;
  /** Where the Watchdog alert arrives every minute. */
  readonly heartbeatTopic: ITopic;
  /** Encrypts the samples; whoever reads them needs it. */
  readonly dataKey: Key;
  /** Encrypts the messages in the topics. */
  readonly topicKey: Key;

  constructor(scope: Construct, id: string, props: AlertingStackProps) {
    super(scope, id, { terminationProtection: true, ...props });

    this.dataKey = dataKey(this, props.environmentName);
    this.topicKey = topicKey(this, props.environmentName);
    const topics = new SeverityTopics(this, 'Topics', { ...props, key: this.topicKey });
    this.topics = topics;
    this.heartbeatTopic = topics.heartbeat;
    this.workspace = workspace(this, props, {
      alertManagerDefinition: definitionText(this.region, topics, props),
      kmsKeyArn: this.dataKey.keyArn,
    });
    topics.admit(this.workspace);
    ruleNamespaces(this, this.workspace, environmentRules(props), topics);
    // Exported whoever listens: an export that comes and goes with its listeners cannot be removed in
    // one deployment with them, because this stack is deployed before theirs.
    for (const topic of topics.all) {
      this.exportValue(topic.topicArn);
      this.exportValue(topic.topicName);
    }
  }
}

function workspace(
  stack: Stack,
  { environmentName, environment }: AlertingStackProps,
  parts: { readonly alertManagerDefinition: string; readonly kmsKeyArn: string },
): CfnWorkspace {
  const rulerLogs = logGroup(stack, 'Logs', environmentName);
  const queryLogs = logGroup(stack, 'QueryLogs', `${environmentName}-queries`);
  const resource = new CfnWorkspace(stack, 'Workspace', {
    ...parts,
    alias: `spheroseg-${environmentName}`,
    workspaceConfiguration: {
      retentionPeriodInDays: environment.retentionDays,
      outOfOrderTimeWindowInSeconds: LATE_SAMPLES_SECONDS,
      ruleQueryOffsetInSeconds: LATE_SAMPLES_SECONDS,
    },
    loggingConfiguration: { logGroupArn: rulerLogs.logGroupArn },
    queryLoggingConfiguration: {
      destinations: [
        {
          cloudWatchLogs: { logGroupArn: queryLogs.logGroupArn },
          filters: { qspThreshold: EXPENSIVE_QUERY_SAMPLES },
        },
      ],
    },
  });
  resource.applyRemovalPolicy(retained);
  return resource;
}

// AMP needs the prefix: https://docs.aws.amazon.com/prometheus/latest/userguide/CW-logs.html
function logGroup(stack: Stack, id: string, name: string): LogGroup {
  return new LogGroup(stack, id, {
    logGroupName: `/aws/vendedlogs/prometheus/${name}`,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: retained,
  });
}

function definitionText(
  region: string,
  { messages, email, heartbeat }: SeverityTopics,
  { environment }: AlertingStackProps,
): string {
  const definition = alertmanagerDefinition(
    {
      messages: perSeverity((severity) => messages[severity].topicArn),
      email: perSeverity((severity) => email[severity].topicArn),
      heartbeat: heartbeat.topicArn,
    },
    region,
    environment.links,
  );
  refuse(definitionProblems(definition));
  return definitionYaml(definition);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** One after the other, because the control plane takes ten calls a second, and never before a Watchdog could be heard. */
function ruleNamespaces(
  stack: Stack,
  { attrArn }: CfnWorkspace,
  files: readonly RuleFile[],
  topics: SeverityTopics,
): void {
  const scope = new Construct(stack, 'Rules');
  let before: Construct = topics;
  for (const { name, text } of files) {
    const namespace = new CfnRuleGroupsNamespace(scope, name, {
      name,
      workspace: attrArn,
      data: text,
    });
    namespace.node.addDependency(before);
    before = namespace;
  }
}
