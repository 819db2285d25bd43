import { App, Aspects, type CfnResource, Duration, type IAspect, Stack, Token } from 'aws-cdk-lib';
import { CfnRuleGroupsNamespace, CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import { appContext } from '../../../lib/context.js';
import { type Environment, validEnvironments } from '../../../lib/environment.js';
import { MonitoringStage } from '../../../lib/monitoring-stage.js';
import { place } from './emulator.js';

/** The name of the environment that is deployed. */
export const environmentName = 'emulated';

/** An environment with everything that one can have, so that every route of an alert is there. */
export const emulated = {
  ...place,
  retentionDays: 30,
  channels: { slack: ['critical', 'warning', 'info'], pagerduty: ['critical'] },
  email: { critical: ['oncall@example.com'] },
  operators: ['platform@example.com'],
  links: { runbooks: 'https://example.com/runbooks/', grafana: 'https://grafana.example.com' },
  network: { cidr: '10.90.0.0/20' },
  targets: [
    {
      job: 'api',
      exposes: 'backend',
      discovery: { dns: 'api.internal', port: 3000 },
      expectedMinimum: 2,
    },
    {
      job: 'postgres',
      exposes: 'postgres',
      discovery: { dns: 'postgres-exporter.internal', port: 9187 },
      expectedMinimum: 2,
    },
    {
      job: 'collector',
      exposes: 'collector',
      discovery: { dns: 'collector.internal', port: 8888 },
      expectedMinimum: 1,
    },
  ],
} as const satisfies Environment;

export interface EmulatedAppOptions {
  /** Where AMP's control plane listens. */
  readonly controlUrl: string;
  /** Where PagerDuty is. */
  readonly pagerDutyUrl: string;
  /** @default - `emulated` */
  readonly environment?: Environment;
  /** Waiting times of the queues, shorter than deployed. @default - as deployed */
  readonly queues?: { readonly visibilitySeconds: number; readonly maxReceives: number };
  /** Rules that replace a namespace's. @default - none */
  readonly rules?: Readonly<Record<string, string>>;
  /** An alert manager definition that replaces the project's. @default - the project's */
  readonly definition?: string;
}

/** Writes the project's own stage, with AMP's types exchanged, as a folder that the CLI deploys. */
export function emulatedAssembly(options: EmulatedAppOptions): string {
  const { environment = emulated } = options;
  const app = new App({ context: appContext() });
  const stage = new MonitoringStage(app, environmentName, {
    environment: validEnvironments({ [environmentName]: environment })[environmentName] ?? emulated,
  });
  const support = new Stack(stage, 'support');
  const standIn = controlPlaneFunction(support, options.controlUrl);
  for (const child of stage.node.children) {
    if (child instanceof Stack && child !== support) child.addStackDependency(support);
  }
  Aspects.of(stage).add(new Emulation(standIn.functionArn, options));
  return app.synth().directory;
}

/** The function behind the custom resources: it asks the control plane and tells CloudFormation the answer. */
function controlPlaneFunction(stack: Stack, controlUrl: string): LambdaFunction {
  return new LambdaFunction(stack, 'ControlPlane', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    timeout: Duration.seconds(30),
    environment: { CONTROL_URL: controlUrl },
    code: Code.fromInline(`
exports.handler = async (event) => {
  const answer = await fetch(process.env.CONTROL_URL, { method: 'POST', body: JSON.stringify(event) });
  const text = await answer.text();
  const outcome = answer.ok
    ? { Status: 'SUCCESS', ...JSON.parse(text) }
    : { Status: 'FAILED', Reason: text, PhysicalResourceId: event.PhysicalResourceId ?? 'refused' };
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome });
  await fetch(event.ResponseURL, { method: 'PUT', body });
};`),
  });
}

/** What differs from the deployed project, and nothing else does. */
class Emulation implements IAspect {
  readonly #serviceToken: string;
  readonly #options: EmulatedAppOptions;

  constructor(serviceToken: string, options: EmulatedAppOptions) {
    this.#serviceToken = serviceToken;
    this.#options = options;
  }

  visit(node: IConstruct): void {
    const { rules = {}, queues, pagerDutyUrl, definition } = this.#options;
    if (node instanceof CfnWorkspace) {
      this.#exchange(node, 'Custom::APSWorkspace');
      if (definition !== undefined) node.addPropertyOverride('AlertManagerDefinition', definition);
    }
    if (node instanceof CfnRuleGroupsNamespace) {
      this.#exchange(node, 'Custom::APSRuleGroupsNamespace');
      const data = rules[node.name];
      if (data !== undefined) node.addPropertyOverride('Data', data);
    }
    // The emulator knows no metric math.
    if (node instanceof CfnAlarm && node.metrics !== undefined) {
      this.#exchange(node, 'Custom::MathAlarm');
    }
    if (node instanceof CfnFunction && node.node.path.includes('Pagerduty')) {
      node.addPropertyOverride('Environment.Variables.PAGERDUTY_URL', pagerDutyUrl);
    }
    // No queue may make a message visible again while its function may still work on it.
    if (node instanceof CfnFunction && node.node.path.includes('/notifications/') && queues) {
      node.addPropertyOverride('Timeout', queues.visibilitySeconds);
    }
    if (node instanceof CfnQueue && node.redrivePolicy !== undefined && queues) {
      node.addPropertyOverride('VisibilityTimeout', queues.visibilitySeconds);
      node.addPropertyOverride('RedrivePolicy.maxReceiveCount', queues.maxReceives);
    }
  }

  #exchange(resource: CfnResource, type: string): void {
    resource.addOverride('Type', type);
    resource.addPropertyOverride('ServiceToken', Token.asString(this.#serviceToken));
  }
}
