import type { HttpRequest } from './http-server.js';

/** One Publish, as the AWS query protocol carries it. */
export interface Publish {
  readonly action: string | undefined;
  readonly topicArn: string | undefined;
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Why SNS refuses a request, in its own words. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MAX_MESSAGE_BYTES = 262_144;
const MAX_SUBJECT_CHARS = 100;

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
const MAX_ATTRIBUTE_NAME_CHARS = 256;

export function publishIn(body: string): Publish {
  const form = new URLSearchParams(body);
  return {
    action: form.get('Action') ?? undefined,
    topicArn: form.get('TopicArn') ?? undefined,
    message: form.get('Message') ?? '',
    subject: form.get('Subject') ?? undefined,
    attributes: attributesIn(form),
  };
}

/** The first thing that SNS would not take, in the order in which it looks. */
export function publishRefusal(
  publish: Publish,
  { headers }: Pick<HttpRequest, 'headers'>,
  topicArns: readonly string[],
): Refusal | undefined {
  return (
    credentialRefusal(headers.authorization, topicArns) ??
    actionRefusal(publish.action) ??
    topicRefusal(publish.topicArn, topicArns) ??
    messageRefusal(publish) ??
    subjectRefusal(publish.subject) ??
    publish.attributes.map(attributeRefusal).find((refusal) => refusal !== undefined)
  );
}

// The signature itself is not checked: any key is as good as another on this machine.
function credentialRefusal(header: string | undefined, topicArns: readonly string[]) {
  const scope = header?.match(
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}$/,
  );
  if (!header) {
    return refused(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  if (!scope)
    return refused(400, 'IncompleteSignature', 'The Authorization header is not complete');
  const [, region, service] = scope;
  return service === 'sns' && topicArns.some((arn) => arn.split(':')[3] === region)
    ? undefined
    : refused(403, 'SignatureDoesNotMatch', 'Credential should be scoped to a valid region.');
}

function actionRefusal(action: string | undefined) {
  if (action === undefined) return refused(400, 'MissingAction', 'The action is missing');
  return action === 'Publish'
    ? undefined
    : refused(400, 'InvalidAction', `The action ${action} is not valid for this web service`);
}

function topicRefusal(topicArn: string | undefined, topicArns: readonly string[]) {
  if (!/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(topicArn ?? '')) {
    return refused(400, 'InvalidParameter', 'Invalid parameter: TopicArn');
  }
  return topicArns.includes(topicArn ?? '')
    ? undefined
    : refused(404, 'NotFound', 'Topic does not exist');
}

function messageRefusal({ message, attributes }: Publish) {
  if (message === '') return refused(400, 'InvalidParameter', 'Invalid parameter: Empty message');
  const texts = [message, ...attributes.flatMap(({ name, type, value }) => [name, type, value])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return bytes > MAX_MESSAGE_BYTES
    ? refused(400, 'InvalidParameter', 'Invalid parameter: Message too long')
    : undefined;
}

function subjectRefusal(subject: string | undefined) {
  const isValid =
    subject === undefined ||
    (subject.length <= MAX_SUBJECT_CHARS && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject));
  return isValid ? undefined : refused(400, 'InvalidParameter', 'Invalid parameter: Subject');
}

function attributeRefusal({ name, type, value }: Attribute) {
  const invalid = (message: string) => refused(400, 'ParameterValueInvalid', message);
  if (
    !/^(?!AWS\.|Amazon\.)[\w-]+(\.[\w-]+)*$/i.test(name) ||
    name.length > MAX_ATTRIBUTE_NAME_CHARS
  ) {
    return invalid(`The message attribute name '${name}' is not valid.`);
  }
  if (!/^(String|Number|Binary)(\..+)?$/.test(type)) {
    return invalid(`The message attribute '${name}' has an invalid message attribute type.`);
  }
  return value === ''
    ? invalid(`The message attribute '${name}' must contain non-empty message attribute value.`)
    : undefined;
}

function attributesIn(form: URLSearchParams): Attribute[] {
  const field = (number: string | undefined, name: string) =>
    form.get(`MessageAttributes.entry.${number}.${name}`) ?? '';
  return [...form.keys()]
    .map((key) => /^MessageAttributes\.entry\.(\d+)\.Name$/.exec(key)?.[1])
    .filter((number) => number !== undefined)
    .map((number) => ({
      name: field(number, 'Name'),
      type: field(number, 'Value.DataType'),
      value: field(number, 'Value.StringValue') || field(number, 'Value.BinaryValue'),
    }));
}

function refused(status: number, code: string, message: string): Refusal {
  return { status, code, message };
}
