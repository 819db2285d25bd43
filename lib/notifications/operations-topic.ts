import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface OperationsTopicProps {
  readonly environmentName: string;
  /** E-mail addresses; each person must confirm once. */
  readonly operators: readonly string[];
}

/** Tells the operators that the alerting itself is broken, on a way that shares nothing with the alerts. */
export class OperationsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: OperationsTopicProps) {
    super(scope, id);
    // A key of its own: with the one of the queues, whatever happens to that key would silence the
    // alarms about it.
    const key = new Key(this, 'Key', {
      description: `Operations topic of ${props.environmentName}`,
      enableKeyRotation: true,
    });
    this.topic = new Topic(this, 'Resource', {
      displayName: `${props.environmentName} alerting`,
      masterKey: key,
      enforceSSL: true,
    });
    // `enforceSSL` replaces the default policy by a lone Deny, and an alarm action adds no grant on
    // either side: without these two statements every alarm is dropped in silence.
    this.topic.addToResourcePolicy(alarmsMay(this, ['sns:Publish'], this.topic.topicArn));
    key.addToResourcePolicy(alarmsMay(this, ['kms:GenerateDataKey*', 'kms:Decrypt'], '*'));
    for (const endpoint of props.operators) {
      new Subscription(this, endpoint, {
        topic: this.topic,
        protocol: SubscriptionProtocol.EMAIL,
        endpoint,
      });
    }
  }
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
function alarmsMay(scope: Construct, actions: string[], resource: string): PolicyStatement {
  const stack = Stack.of(scope);
  const anyAlarm = stack.formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new PolicyStatement({
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions,
    resources: [resource],
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': anyAlarm },
    },
  });
}
