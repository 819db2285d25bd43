import { type HttpSink, type SinkAnswer, type SinkRequest, startHttpSink } from './http-sink.js';

/** Secrets Manager and SQS as far as our functions call them, for the real SDK clients. */
export interface AwsSink extends HttpSink {
  /** The values by name; what is not here was never filled. */
  readonly secrets: Map<string, string>;
  /** The bodies of the calls of one operation, such as `GetSecretValue`. */
  calls(operation: string): Record<string, unknown>[];
}

const json = { 'content-type': 'application/x-amz-json-1.1' };

/** Starts it, and points the SDK of this process there. */
export async function startAwsSink(): Promise<AwsSink> {
  const secrets = new Map<string, string>();
  const sink = await startHttpSink((request) => answer(secrets, request));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: sink.url,
    AWS_ENDPOINT_URL_SQS: sink.url,
  });
  const calls = (operation: string) =>
    sink.requests.filter((request) => operationOf(request) === operation).map(bodyOf);
  return { ...sink, secrets, calls };
}

/** An error of the AWS JSON protocol. */
export function awsFailure(type: string, status = 400): SinkAnswer {
  return { status, headers: json, body: JSON.stringify({ __type: type, message: 'planned' }) };
}

function answer(secrets: ReadonlyMap<string, string>, request: SinkRequest): SinkAnswer {
  if (operationOf(request) === 'ChangeMessageVisibility') {
    return { headers: json, body: '{}' };
  }
  const name = String(bodyOf(request).SecretId);
  const value = secrets.get(name);
  return value === undefined
    ? awsFailure('ResourceNotFoundException')
    : { headers: json, body: JSON.stringify({ Name: name, SecretString: value }) };
}

function operationOf({ headers }: SinkRequest): string | undefined {
  return String(headers['x-amz-target']).split('.')[1];
}

function bodyOf({ bytes }: SinkRequest): Record<string, unknown> {
  return JSON.parse(bytes.toString());
}
