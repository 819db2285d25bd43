import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type HttpAnswer, type HttpRequest, serve } from './http-server.js';
import { parsedJson } from './parsed-json.js';
import type { Queue } from './queue.js';

export interface AwsEndpointOptions {
  /** The value of each secret, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly queues: readonly Queue[];
}

/** The two calls that our functions make to AWS, answered as Secrets Manager and SQS answer them. */
export interface AwsEndpoint {
  readonly url: string;
  queueUrl(queue: Queue): string;
  stop(): Promise<void>;
}

export async function startAwsEndpoint({
  secrets,
  queues,
}: AwsEndpointOptions): Promise<AwsEndpoint> {
  const queuesByPath = new Map(queues.map((queue) => [queuePath(queue), queue]));
  const operations: Record<string, (request: HttpRequest) => HttpAnswer> = {
    'secretsmanager.GetSecretValue': ({ body }) => secretValue(secrets, body),
    'AmazonSQS.ChangeMessageVisibility': ({ body }) => changeVisibility(queuesByPath, body),
  };
  const server = await serve(0, (request) => {
    const target = String(request.headers['x-amz-target']);
    return operations[target]?.(request) ?? failure('UnknownOperationException', target);
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, queueUrl: (queue) => url + queuePath(queue), stop: () => server.close() };
}

const getSecretValue = z.object({ SecretId: z.string().min(1) });

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
function secretValue(secrets: ReadonlyMap<string, string>, body: string): HttpAnswer {
  const request = getSecretValue.safeParse(parsedJson(body));
  if (!request.success) return failure('InvalidParameterException', 'SecretId is required');
  const name = request.data.SecretId;
  const value = secrets.get(name);
  if (value === undefined) {
    const message = "Secrets Manager can't find the specified secret.";
    return failure('ResourceNotFoundException', message);
  }
  return success({
    ARN: `arn:aws:secretsmanager:local:000000000000:secret:${name}`,
    Name: name,
    VersionId: randomUUID(),
    VersionStages: ['AWSCURRENT'],
    CreatedDate: Date.now() / 1000,
    SecretString: value,
  });
}

const changeMessageVisibility = z.object({
  QueueUrl: z.url(),
  ReceiptHandle: z.string().min(1),
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
  VisibilityTimeout: z.int().min(0).max(43_200),
});

function changeVisibility(queues: ReadonlyMap<string, Queue>, body: string): HttpAnswer {
  const request = changeMessageVisibility.safeParse(parsedJson(body));
  if (!request.success) return failure('InvalidParameterValue', z.prettifyError(request.error));
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = request.data;
  const queue = queues.get(new URL(QueueUrl).pathname);
  if (!queue) return failure('com.amazonaws.sqs#QueueDoesNotExist', 'The queue does not exist.');
  const result = queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  if (result === 'changed') return success({});
  return result === 'not in flight'
    ? failure('com.amazonaws.sqs#MessageNotInflight', 'The message is not in flight.')
    : failure('com.amazonaws.sqs#ReceiptHandleIsInvalid', 'The receipt handle is not valid.');
}

function queuePath({ arn }: Queue): string {
  const [account, name] = arn.split(':').slice(-2);
  return `/${account}/${name}`;
}

const json = { 'content-type': 'application/x-amz-json-1.1' };

function success(answer: object): HttpAnswer {
  return { status: 200, headers: json, body: JSON.stringify(answer) };
}

function failure(type: string, message: string): HttpAnswer {
  return { status: 400, headers: json, body: JSON.stringify({ __type: type, message }) };
}
