import { readFileSync } from 'node:fs';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Channel } from '../../../lib/notifications/channels.js';
import { emfCounts } from '../../../local/emf.js';
import { lambda, query, valuesIn } from './aws-calls.js';
import { environmentName } from './emulated-app.js';
import { type Emulator, place } from './emulator.js';

/** What the tests ask of an account and do to it, as a person with a console would. */
export class Aws {
  readonly #emulator: Emulator;
  readonly #secrets: SecretsManagerClient;
  readonly #sqs: SQSClient;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const options = {
      endpoint: emulator.url,
      region: place.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    this.#secrets = new SecretsManagerClient(options);
    this.#sqs = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
  }

  async fillSecret(channel: Channel, value: string): Promise<void> {
    const SecretId = `spheroseg/${environmentName}/${channel}`;
    await this.#secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
  }

  /** The value of a channel's secret; nothing if nobody has filled it. */
  async secret(channel: Channel): Promise<string | undefined> {
    const SecretId = `spheroseg/${environmentName}/${channel}`;
    const found = this.#secrets.send(new GetSecretValueCommand({ SecretId }));
    return found.then(
      // Where AWS has no value, the emulator has an empty one.
      ({ SecretString }) => SecretString || undefined,
      () => undefined,
    );
  }

  /** What a person does who wants the name of a retained secret back. */
  async deleteSecret(channel: Channel): Promise<void> {
    const SecretId = `spheroseg/${environmentName}/${channel}`;
    const call = { SecretId, ForceDeleteWithoutRecovery: true };
    await this.#secrets.send(new DeleteSecretCommand(call));
  }

  /** The URL of the queue whose name contains the text. */
  async queueUrl(part: string): Promise<string> {
    const urls = await this.queueUrls();
    const [url, second] = urls.filter((one) => one.includes(part));
    if (url === undefined || second !== undefined)
      throw new Error(`no single queue ${part}: ${urls}`);
    return url;
  }

  async queueUrls(): Promise<string[]> {
    return (await this.#sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [];
  }

  /** How many messages a queue holds, waiting and in flight. */
  async depth(QueueUrl: string): Promise<{ readonly waiting: number; readonly inFlight: number }> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  /** The bodies of the messages in a queue, which stay there. */
  async bodies(QueueUrl: string): Promise<string[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body = '' }) => Body);
  }

  /** What a redrive does, message by message: the emulator does not know StartMessageMoveTask. */
  async redrive(from: string, to: string): Promise<void> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }),
    );
    for (const { Body, ReceiptHandle } of Messages) {
      await this.#sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }));
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    }
  }

  async publish(TopicArn: string, Message: string): Promise<void> {
    await this.#query('sns', { Action: 'Publish', Version: '2010-03-31', TopicArn, Message });
  }

  async topicArns(): Promise<string[]> {
    const text = await this.#query('sns', { Action: 'ListTopics', Version: '2010-03-31' });
    return valuesIn(text, 'TopicArn');
  }

  /** The status of a stack; nothing once it is gone. */
  async stackStatus(StackName: string): Promise<string | undefined> {
    const call = { Action: 'DescribeStacks', Version: '2010-05-15', StackName };
    return valuesIn(await this.#query('cloudformation', call).catch(() => ''), 'StackStatus')[0];
  }

  async unprotect(StackName: string): Promise<void> {
    const call = { Action: 'UpdateTerminationProtection', Version: '2010-05-15', StackName };
    await this.#query('cloudformation', { ...call, EnableTerminationProtection: 'false' });
  }

  /** The environment variables of every function, by its name. */
  async functions(): Promise<Record<string, Record<string, string>>> {
    const { Functions } = await lambda<{ readonly Functions: readonly ListedFunction[] }>(
      this.#emulator.url,
      'functions/',
    );
    return Object.fromEntries(
      Functions.map((one) => [one.FunctionName, one.Environment?.Variables ?? {}]),
    );
  }

  /** How often the functions counted each metric so far; they count by printing. */
  metrics(channel: Channel): Record<string, number> {
    const counts: Record<string, number> = {};
    const lines = readFileSync(this.#emulator.log, 'utf8').split('\n');
    for (const line of lines.filter((one) => one.includes(`"Channel":"${channel}"`))) {
      for (const [name, count] of Object.entries(emfCounts(line) ?? {})) {
        counts[name] = (counts[name] ?? 0) + count;
      }
    }
    return counts;
  }

  #query(service: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    return query(this.#emulator.url, service, parameters);
  }
}

interface ListedFunction {
  readonly FunctionName: string;
  readonly Environment?: { readonly Variables?: Record<string, string> };
}
