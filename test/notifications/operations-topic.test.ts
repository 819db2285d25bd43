import { Match } from 'aws-cdk-lib/assertions';
import { notificationsTemplate } from '../support/notifications';

const template = notificationsTemplate();

const fromOurAlarms = {
  StringEquals: { 'aws:SourceAccount': '222222222222' },
  ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:*' },
};

describe('OperationsTopic', () => {
  test('takes messages from the alarms of this account, and nothing over plain HTTP', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: fromOurAlarms,
          }),
        ],
      }),
    });
  });

  test('is encrypted with a key of its own, which the alarms of this account may use', () => {
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OperationsKey'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: fromOurAlarms,
          }),
        ]),
      }),
    });
  });
});
