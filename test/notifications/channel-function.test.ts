import { Match } from 'aws-cdk-lib/assertions';
import { byId, notificationsTemplate } from '../support/notifications';

const template = notificationsTemplate({ channels: { slack: ['critical'] }, email: {} });

describe('ChannelFunction', () => {
  test('keeps each message for 14 days and a hundred attempts', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: {
        deadLetterTargetArn: {
          'Fn::GetAtt': [Match.stringLikeRegexp('^SlackDeadLetters'), 'Arn'],
        },
        maxReceiveCount: 100,
      },
    });
  });

  test('encrypts every queue, keeps it for 14 days and refuses plain HTTP', () => {
    template.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueueKey'), 'Arn'] },
      MessageRetentionPeriod: 1_209_600,
    });
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      }),
    });
  });

  test('hears its topics unfiltered and in the envelope that carries their attributes', () => {
    const { SlackCriticalSubscription } = byId(template, 'AWS::SNS::Subscription');

    expect(SlackCriticalSubscription).toEqual({
      Protocol: 'sqs',
      TopicArn: { 'Fn::ImportValue': expect.stringContaining('CriticalMessages') },
      Endpoint: { 'Fn::GetAtt': [expect.stringMatching(/^SlackQueue/), 'Arn'] },
      RedrivePolicy: {
        deadLetterTargetArn: {
          'Fn::GetAtt': [expect.stringMatching(/^SlackCriticalRedrive/), 'Arn'],
        },
      },
    });
  });

  test('runs the file of its channel on a current runtime', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 30,
      MemorySize: 256,
      Handler: 'index.handler',
    });
  });

  test('tells its function names and links, and no secret', () => {
    const { SlackFunction } = byId(template, 'AWS::Lambda::Function');

    expect(SlackFunction?.Environment).toEqual({
      Variables: {
        ENVIRONMENT: 'prod',
        SECRET_NAME: 'spheroseg/prod/slack',
        QUEUE_URL: { Ref: expect.stringMatching(/^SlackQueue/) },
        RUNBOOKS_URL: expect.stringMatching(/^https:.*\/$/),
        GRAFANA_URL: expect.stringMatching(/^https:.*[^/]$/),
      },
    });
  });

  test('leaves the Grafana link out until there is a Grafana', () => {
    const withoutGrafana = notificationsTemplate({ links: { runbooks: 'https://x.example/' } });

    withoutGrafana.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { GRAFANA_URL: Match.absent() } },
    });
  });

  test('reads small batches, two at a time, and keeps what failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });

  test('makes a secret without a value, which outlives the stack', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Name: 'spheroseg/prod/slack',
        Description: Match.stringLikeRegexp('incoming webhook'),
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueueKey'), 'Arn'] },
        SecretString: Match.absent(),
        GenerateSecretString: Match.absent(),
      },
    });
  });

  test('may do what it does with its own log, queue, key and secret, and nothing else', () => {
    const { SlackRole } = byId(template, 'AWS::IAM::Role');
    const { SlackRoleDefaultPolicy: policy } = byId(template, 'AWS::IAM::Policy');

    expect(SlackRole).not.toHaveProperty('ManagedPolicyArns');
    expect(policy?.PolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        allowed(['logs:CreateLogStream', 'logs:PutLogEvents'], /^SlackLogs/),
        allowed(
          [
            'sqs:ChangeMessageVisibility',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:GetQueueUrl',
            'sqs:ReceiveMessage',
          ],
          /^SlackQueue/,
        ),
        allowed('kms:Decrypt', /^QueueKey/),
        {
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: { Ref: expect.stringMatching(/^SlackSecret/) },
        },
      ],
    });
  });

  test('keeps its log for three months', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 90 },
    });
  });
});

function allowed(action: string | string[], resource: RegExp) {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: { 'Fn::GetAtt': [expect.stringMatching(resource), 'Arn'] },
  };
}
