import { type SnsEndpoint, type SnsNotification, startSns } from '../../../local/sns';
import { publish, topicArn } from './publish';

describe('startSns', () => {
  const heard: SnsNotification[] = [];
  let sns: SnsEndpoint;

  beforeAll(async () => {
    sns = await startSns(new Map([[topicArn, [(notification) => heard.push(notification)]]]));
  });

  afterAll(() => sns.stop());

  beforeEach(() => {
    heard.length = 0;
  });

  test('hands a message to those who hear its topic', async () => {
    const response = await publish(sns.url, { Message: 'ä & <b>', Subject: '[FIRING 1] critical' });

    expect(response.status).toBe(200);
    expect(heard).toMatchObject([
      {
        Type: 'Notification',
        TopicArn: topicArn,
        Subject: '[FIRING 1] critical',
        Message: 'ä & <b>',
        Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    expect(await response.text()).toContain(`<MessageId>${heard[0]?.MessageId}</MessageId>`);
  });

  test('carries message attributes', async () => {
    await publish(sns.url, {
      Message: 'm',
      'MessageAttributes.entry.1.Name': 'status',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'firing',
    });

    expect(heard[0]?.MessageAttributes).toEqual({ status: { Type: 'String', Value: 'firing' } });
  });

  test('leaves out subject and attributes that were not sent', async () => {
    await publish(sns.url, { Message: 'm' });

    expect(Object.keys(heard[0] ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(Subject|MessageAttributes)$/)]),
    );
  });

  test('takes a message of exactly 262,144 bytes', async () => {
    const response = await publish(sns.url, { Message: 'ä'.repeat(131_072) });

    expect(response.status).toBe(200);
  });

  const attribute = (name: string, type: string, value: string) => ({
    Message: 'm',
    'MessageAttributes.entry.1.Name': name,
    'MessageAttributes.entry.1.Value.DataType': type,
    'MessageAttributes.entry.1.Value.StringValue': value,
  });

  test.each([
    ['an unknown topic', { Message: 'm', TopicArn: `${topicArn}-x` }, 404, 'NotFound'],
    ['no topic', { Message: 'm', TopicArn: '' }, 400, 'InvalidParameter'],
    ['an empty message', { Message: '' }, 400, 'InvalidParameter'],
    ['one byte too many', { Message: `${'ä'.repeat(131_072)}x` }, 400, 'InvalidParameter'],
    ['a long subject', { Message: 'm', Subject: 'x'.repeat(101) }, 400, 'InvalidParameter'],
    ['an umlaut in the subject', { Message: 'm', Subject: 'ä' }, 400, 'InvalidParameter'],
    ['a line break in the subject', { Message: 'm', Subject: 'a\nb' }, 400, 'InvalidParameter'],
    ['an empty subject', { Message: 'm', Subject: '' }, 400, 'InvalidParameter'],
    ['an empty attribute', attribute('status', 'String', ''), 400, 'ParameterValueInvalid'],
    ['a strange attribute name', attribute('a b', 'String', 'x'), 400, 'ParameterValueInvalid'],
    ['an unknown attribute type', attribute('a', 'Text', 'x'), 400, 'ParameterValueInvalid'],
    ['another action', { Message: 'm', Action: 'Subscribe' }, 400, 'InvalidAction'],
  ])('refuses %s', async (_, fields, status, code) => {
    const response = await publish(sns.url, fields);

    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Type>Sender</Type><Code>${code}</Code>`);
    expect(heard).toEqual([]);
  });

  const signature = (scope: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=key/20261123/${scope}/aws4_request, SignedHeaders=host, Signature=${'a'.repeat(64)}`,
  });

  test.each([
    ['an unsigned request', {}, 'MissingAuthenticationToken'],
    ['half a signature', { authorization: 'AWS4-HMAC-SHA256' }, 'IncompleteSignature'],
    ['a signature for another region', signature('us-east-1/sns'), 'SignatureDoesNotMatch'],
    ['a signature for another service', signature('eu-west-1/sqs'), 'SignatureDoesNotMatch'],
  ])('refuses %s', async (_, headers: Record<string, string>, code) => {
    const response = await publish(sns.url, { Message: 'm' }, headers);

    expect(response.ok).toBe(false);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(heard).toEqual([]);
  });
});
