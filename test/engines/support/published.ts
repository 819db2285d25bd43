import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { query } from './aws-calls.js';
import { type Emulator, place } from './emulator.js';

/** A message as a subscriber of the topic gets it. */
export interface Published {
  /** What the project calls the topic: `CriticalMessages`. */
  readonly topic: string;
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

/** One alert in a message for the channels. */
export interface PublishedAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A message for the channels, read. */
export interface PublishedGroup {
  readonly topic: string;
  readonly receiver: string;
  readonly numFiring: number;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly PublishedAlert[];
}

/** A subscriber of every alert topic, who notes what is published from now on. */
export class Listener {
  readonly #sqs: SQSClient;
  readonly #heard: Published[] = [];
  #url = '';

  private constructor(emulator: Emulator) {
    this.#sqs = new SQSClient({
      endpoint: emulator.url,
      region: place.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      useQueueUrlAsEndpoint: false,
    });
  }

  static async of(emulator: Emulator, topics: readonly string[]): Promise<Listener> {
    const listener = new Listener(emulator);
    await listener.#subscribe(emulator, topics);
    return listener;
  }

  /** Everything that was published, and when and where. */
  async published(): Promise<readonly Published[]> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return this.#heard;
      for (const { Body = '', ReceiptHandle } of Messages) {
        this.#heard.push(read(Body));
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
      }
    }
  }

  /** What was published for the channels. */
  async groups(): Promise<PublishedGroup[]> {
    const messages = (await this.published()).filter(({ text }) => text.startsWith('{'));
    return messages.map(({ topic, text }) => ({ topic, ...JSON.parse(text) }));
  }

  async #subscribe(emulator: Emulator, topics: readonly string[]): Promise<void> {
    const QueueName = 'listener';
    const { QueueUrl = '' } = await this.#sqs.send(new CreateQueueCommand({ QueueName }));
    this.#url = QueueUrl;
    const Endpoint = `arn:aws:sqs:${place.region}:${place.account}:${QueueName}`;
    for (const TopicArn of topics) {
      const call = { Action: 'Subscribe', Version: '2010-03-31', Protocol: 'sqs' };
      await query(emulator.url, 'sns', { ...call, TopicArn, Endpoint });
    }
  }
}

function read(body: string): Published {
  const { TopicArn, Subject, Message, Timestamp } = JSON.parse(body) as Record<string, string>;
  const [, topic = ''] = /-Topics(\w+?)[0-9A-F]{8}-/.exec(TopicArn ?? '') ?? [];
  return { topic, subject: Subject ?? '', text: Message ?? '', at: new Date(Timestamp ?? 0) };
}
