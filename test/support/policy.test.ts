import { type AccessRequest, type Decision, decision, type PolicyDocument } from './policy';

const topic = 'arn:aws:sns:eu-west-1:111111111111:alerts';

const request: AccessRequest = {
  principal: { service: 'cloudwatch.amazonaws.com' },
  action: 'sns:Publish',
  resource: topic,
  context: {
    'aws:SourceAccount': '111111111111',
    'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:late',
    'aws:SecureTransport': 'true',
  },
};

const allow = {
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: topic,
} as const;

const role = 'arn:aws:iam::111111111111:role/reader';

function decided(...Statement: NonNullable<PolicyDocument['Statement']>[]) {
  return decision([{ Statement: Statement.flat() }], request);
}

describe('decision', () => {
  test.each<[string, object]>([
    ['its plain statement', {}],
    [
      'one of several principals',
      { Principal: { Service: ['x.amazonaws.com', 'cloudwatch.amazonaws.com'] } },
    ],
    ['an action with a wildcard', { Action: 'SNS:Pub*' }],
    ['a resource with a wildcard', { Resource: '*' }],
    [
      'its account',
      { Condition: { StringEquals: { 'AWS:SourceAccount': ['2', '111111111111'] } } },
    ],
    [
      'its source',
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111111111111:alarm:*' } } },
    ],
  ])('allows by %s', (_, change) => {
    expect(decided({ ...allow, ...change })).toBe('allowed');
  });

  test.each<[string, object]>([
    ['another principal', { Principal: { Service: 'events.amazonaws.com' } }],
    ['an account of the same name', { Principal: { AWS: 'cloudwatch.amazonaws.com' } }],
    ['everybody, which does not mean services', { Principal: '*' }],
    ['everybody else', { Principal: undefined, NotPrincipal: { AWS: '1' } }],
    ['another action', { Action: 'sns:Subscribe' }],
    ['every action but this', { Action: undefined, NotAction: 'sns:Publish' }],
    ['another resource', { Resource: `${topic}2` }],
    ['every resource but this', { Resource: undefined, NotResource: topic }],
    ['another account', { Condition: { StringEquals: { 'aws:SourceAccount': '2' } } }],
    [
      'a pattern that ends in the wrong part',
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:*' } } },
    ],
    [
      'one of two conditions',
      {
        Condition: {
          Bool: { 'aws:SecureTransport': 'true' },
          StringEquals: { 'aws:SourceAccount': '2' },
        },
      },
    ],
    [
      'a key that does not come with the call',
      { Condition: { StringEquals: { 'kms:ViaService': 'sns' } } },
    ],
    [
      'an operator that it does not know',
      { Condition: { NumericEquals: { 'aws:SourceAccount': '111111111111' } } },
    ],
  ])('does not allow by %s', (_, change) => {
    expect(decided({ ...allow, ...change })).toBe('undecided');
  });

  test.each<[string, object]>([
    ['everybody', { Principal: '*' }],
    ['everybody else', { Principal: undefined, NotPrincipal: { AWS: '1' } }],
    [
      'what it does not understand',
      { Condition: { NumericLessThan: { 'aws:SourceAccount': '2' } } },
    ],
    [
      'a key of which nothing is known',
      { Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } },
    ],
  ])('denies by a statement against %s, whatever else allows', (_, change) => {
    expect(decided(allow, { ...allow, Effect: 'Deny', ...change })).toBe('denied');
  });

  test('passes by a Deny whose condition does not hold', () => {
    const plainHttp = { Bool: { 'aws:SecureTransport': 'false' } };

    expect(
      decided(allow, { ...allow, Effect: 'Deny', Principal: { AWS: '*' }, Condition: plainHttp }),
    ).toBe('allowed');
  });

  test.each<[string, string, Decision]>([
    ['itself', role, 'denied'],
    ['everybody', '*', 'denied'],
    ['its account', '111111111111', 'denied'],
    ['the root of its account', 'arn:aws:iam::111111111111:root', 'denied'],
    ['a session of it', 'arn:aws:sts::111111111111:assumed-role/reader/x', 'denied'],
    ['what cannot be read', '<import x>', 'denied'],
    ['another role', 'arn:aws:iam::111111111111:role/writer', 'allowed'],
    ['another account', '222222222222', 'allowed'],
    ['the root of another account', 'arn:aws:iam::222222222222:root', 'allowed'],
  ])('when %s is denied (%s), tells an allowed role that it is %s', (_, name, answer) => {
    const own = { ...allow, Principal: { AWS: role } };
    const denied = { ...allow, Effect: 'Deny' as const, Principal: { AWS: name } };

    const found = decision([{ Statement: [own, denied] }], {
      ...request,
      principal: { arn: role },
    });

    expect(found).toBe(answer);
  });

  test('reads a policy of the caller, which names no principal', () => {
    const { principal, ...own } = request;
    const { Principal, ...statement } = allow;

    expect(decision([{ Statement: statement }], own)).toBe('allowed');
    expect(decision([{ Statement: allow }], own)).toBe('undecided');
  });
});
