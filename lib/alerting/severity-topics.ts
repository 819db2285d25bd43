import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { pascalCase } from '../pascal-case.js';
import { perSeverity, type Severity } from '../severity.js';

export interface SeverityTopicsProps {
  readonly environmentName: string;
  readonly key: IKey;
}

/** The topics between the alert manager and everybody who listens. */
export class SeverityTopics extends Construct {
  /** JSON for the channels. */
  readonly messages: Readonly<Record<Severity, Topic>>;
  /** Text for people; they are topics of their own because a publish has one body. */
  readonly email: Readonly<Record<Severity, Topic>>;
  readonly heartbeat: Topic;

  constructor(scope: Construct, id: string, { environmentName, key }: SeverityTopicsProps) {
    super(scope, id);
    const topic = (topicId: string, displayName?: string) => {
      const one = new Topic(this, topicId, {
        masterKey: key,
        enforceSSL: true,
        ...(displayName === undefined ? {} : { displayName }),
      });
      // It carries the confirmed e-mail subscriptions, which nobody would notice to be missing.
      one.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      return one;
    };
    this.messages = perSeverity((severity) => topic(`${pascalCase(severity)}Messages`));
    this.email = perSeverity((severity) =>
      // The sender's name in a mailbox.
      topic(`${pascalCase(severity)}Email`, `${environmentName} ${severity} alerts`),
    );
    this.heartbeat = topic('Heartbeat');
  }

  get all(): readonly Topic[] {
    return [...Object.values(this.messages), ...Object.values(this.email), this.heartbeat];
  }

  /** Lets the alert manager of this workspace publish, and nobody else. */
  admit(workspace: CfnWorkspace): void {
    for (const topic of this.all) {
      // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-AMPpermission.html
      topic.addToResourcePolicy(
        new PolicyStatement({
          sid: 'AlertManagerOfTheWorkspace',
          principals: [new ServicePrincipal('aps.amazonaws.com')],
          actions: ['sns:Publish', 'sns:GetTopicAttributes'],
          resources: [topic.topicArn],
          conditions: {
            ArnEquals: { 'aws:SourceArn': workspace.attrArn },
            StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          },
        }),
      );
    }
  }
}
