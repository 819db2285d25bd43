import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';

/** Encrypts the samples of the workspace, for whoever may use the workspace. */
export function dataKey(stack: Stack, environmentName: string): Key {
  const key = new Key(stack, 'DataKey', {
    description: `Samples of ${environmentName}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  // https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new AnyPrincipal()],
      actions: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: {
        StringEquals: {
          'kms:ViaService': `aps.${stack.region}.amazonaws.com`,
          'kms:CallerAccount': stack.account,
        },
      },
    }),
  );
  return key;
}

/** Encrypts the alert topics. It is not the key of the workspace, because that would be a cycle. */
export function topicKey(stack: Stack, environmentName: string): Key {
  const key = new Key(stack, 'TopicKey', {
    description: `Alert topics of ${environmentName}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  // The guide knows no conditions here, and one on the workspace would be a cycle: the workspace names
  // the topics, and they name the key. The policies of the topics carry the conditions.
  // https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-alertmanager-receiver-AMPpermission.html
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('aps.amazonaws.com')],
      actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      resources: ['*'],
    }),
  );
  return key;
}
