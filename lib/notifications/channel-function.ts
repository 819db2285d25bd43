import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Subscription } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../environment.js';
import { channelBundling, channelSettings } from './channel-settings.js';
import { type Channel, channels } from './channels.js';

export interface ChannelFunctionProps {
  readonly channel: Channel;
  readonly environmentName: string;
  readonly links: Environment['links'];
  /** Encrypts the queues and the secret. */
  readonly key: IKey;
}

/** A queue that keeps what SNS could not hand to the channel's queue. */
export interface Redrive {
  readonly id: string;
  readonly queue: Queue;
}

/** Carries alerts from topics to one channel: a queue, its dead-letter queue, the function and its secret. */
export class ChannelFunction extends Construct {
  readonly channel: Channel;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly function: NodejsFunction;
  readonly #redrives: Redrive[] = [];
  readonly #key: IKey;

  constructor(scope: Construct, id: string, props: ChannelFunctionProps) {
    super(scope, id);
    this.channel = props.channel;
    this.#key = props.key;

    this.deadLetters = this.#encryptedQueue('DeadLetters');
    this.queue = this.#encryptedQueue('Queue', {
      visibilityTimeout: Duration.seconds(channelSettings.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: channelSettings.maxReceives },
    });
    const secretName = `spheroseg/${props.environmentName}/${props.channel}`;
    const secret = this.#emptySecret(secretName);
    this.function = this.#consumer(
      `Sends the alerts of ${props.environmentName} to ${props.channel}`,
      {
        ENVIRONMENT: props.environmentName,
        SECRET_NAME: secretName,
        QUEUE_URL: this.queue.queueUrl,
        RUNBOOKS_URL: props.links.runbooks,
        ...(props.links.grafana === undefined ? {} : { GRAFANA_URL: props.links.grafana }),
      },
    );
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.ref] }),
    );
  }

  get redrives(): readonly Redrive[] {
    return this.#redrives;
  }

  /** Lets the channel hear a topic; `id` names the subscription among those of this channel. */
  subscribe(id: string, topic: ITopic): void {
    const queue = this.#encryptedQueue(`${id}Redrive`);
    // SNS does not retry what it calls client-side errors, such as a denied key: without a queue of
    // its own such a message is gone. https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of a subscription, which the rule does not look at.',
    });
    const wiring = new SqsSubscription(this.queue, { deadLetterQueue: queue }).bind(topic);
    // Not `addSubscription`, whose ids carry the name of the environment.
    const subscription = new Subscription(this, `${id}Subscription`, { ...wiring, topic });
    if (wiring.subscriptionDependency) {
      subscription.node.addDependency(wiring.subscriptionDependency);
    }
    this.#redrives.push({ id, queue });
  }

  #encryptedQueue(id: string, props: QueueProps = {}): Queue {
    return new Queue(this, id, {
      ...props,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.#key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }

  // The L2 construct would write a random value, which looks like a filled secret.
  #emptySecret(name: string): CfnSecret {
    const secret = new CfnSecret(this, 'Secret', {
      name,
      description: `To be filled by a person: ${channels[this.channel]}`,
      kmsKeyId: this.#key.keyArn,
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Only the owner of the channel can issue a new value, so AWS cannot rotate it.',
    });
    return secret;
  }

  #consumer(description: string, environment: Record<string, string>): NodejsFunction {
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own, because the default one carries an AWS managed policy for all log groups.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const consumer = new NodejsFunction(this, 'Function', {
      ...lambdaDefaults,
      entry: join(__dirname, `../../lambdas/notify/${this.channel}.ts`),
      description,
      environment,
      logGroup,
      role,
    });
    this.queue.grantConsumeMessages(role);
    consumer.addEventSourceMapping('Queue', {
      eventSourceArn: this.queue.queueArn,
      batchSize: channelSettings.batchSize,
      reportBatchItemFailures: true,
      // The least that AWS accepts: a storm then waits in the queue, not at the channel's rate limit.
      maxConcurrency: 2,
    });
    return consumer;
  }
}

const lambdaDefaults = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  timeout: Duration.seconds(channelSettings.functionTimeoutSeconds),
  memorySize: 256,
  bundling: { ...channelBundling, bundleAwsSDK: true, forceDockerBundling: false },
} satisfies NodejsFunctionProps;
