import { deployment } from './deployment';

const place = { account: '111111111111', region: 'eu-west-1' };

const topic = { Type: 'AWS::SNS::Topic' };
const exported = {
  'dev-a': {
    Resources: { Topic: topic, Named: { ...topic, Properties: { TopicName: 'named' } } },
    Outputs: {
      Out: { Value: { Ref: 'Topic' }, Export: { Name: { 'Fn::Join': [':', ['a', 'out']] } } },
    },
  },
};

/** What a property of a resource in stack `dev-b` becomes. */
function resolved(value: unknown) {
  const Resources = {
    Queue: { Type: 'AWS::SQS::Queue' },
    Key: { Type: 'AWS::KMS::Key' },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/a/b' } },
    Probe: { Type: 'Probe', Properties: { value } },
  };
  const { resources } = deployment({ ...exported, 'dev-b': { Resources } }, place);
  return resources.find(({ logicalId }) => logicalId === 'Probe')?.properties.value;
}

describe('deployment', () => {
  test.each<[string, unknown, unknown]>([
    ['a plain value', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    [
      'a queue by its URL',
      { Ref: 'Queue' },
      'https://sqs.eu-west-1.amazonaws.com/111111111111/dev-b-Queue',
    ],
    [
      'an ARN',
      { 'Fn::GetAtt': ['Queue', 'Arn'] },
      'arn:aws:sqs:eu-west-1:111111111111:dev-b-Queue',
    ],
    [
      'an ARN in short form',
      { 'Fn::GetAtt': 'Key.Arn' },
      'arn:aws:kms:eu-west-1:111111111111:key/dev-b-Key',
    ],
    ['a name', { 'Fn::GetAtt': ['Queue', 'QueueName'] }, 'dev-b-Queue'],
    ['a given name', { Ref: 'Logs' }, '/a/b'],
    ['an import', { 'Fn::ImportValue': 'a:out' }, 'arn:aws:sns:eu-west-1:111111111111:dev-a-Topic'],
    ['a joined text', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
    ['a part of a text', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b'] }] }, 'b'],
    [
      'a substituted text',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is CloudFormation's.
      { 'Fn::Sub': '${AWS::Partition}/${Queue.QueueName}' },
      'aws/dev-b-Queue',
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['a resource that is not there', { Ref: 'Nothing' }],
    ['an attribute that only AWS knows', { 'Fn::GetAtt': ['Queue', 'Colour'] }],
    ['an import that nobody exports', { 'Fn::ImportValue': 'a:nothing' }],
    ['a function that it does not know', { 'Fn::FindInMap': ['a', 'b', 'c'] }],
  ])('makes %s equal to nothing that a grant could name', (_, value) => {
    expect(resolved(value)).toMatch(/^<.*>$/);
  });

  test('keeps the condition of a resource', () => {
    const templates = { 'dev-a': { Resources: { Topic: { ...topic, Condition: 'IsLarge' } } } };

    expect(deployment(templates, place).resources).toMatchObject([{ condition: 'IsLarge' }]);
  });
});
