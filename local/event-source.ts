import { createHash } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { channelSettings } from '../lib/notifications/channel-settings.js';
import type { Queue, ReceivedMessage } from './queue.js';

/** What Lambda's event source mapping does: hands batches to a function and deletes what succeeded. */
export interface EventSource {
  /** The batch that the function has in its hands now. */
  batch(): readonly ReceivedMessage[];
  /** Takes no further batch, and waits for the one under way. */
  stop(): Promise<void>;
}

// As in lib/notifications/channel-function.ts.

export function startEventSource(
  queue: Queue,
  invoke: (event: SQSEvent) => Promise<unknown>,
): EventSource {
  let batch: readonly ReceivedMessage[] = [];
  let pumping: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function pump() {
    while (!stopped) {
      batch = queue.receive(channelSettings.batchSize);
      if (batch.length === 0) return;
      await handOver(queue, batch, invoke);
    }
  }

  function wake() {
    if (stopped || pumping) return;
    clearTimeout(timer);
    const nextAt = queue.nextVisibleAt();
    if (nextAt === undefined) return;
    timer = setTimeout(() => {
      pumping = pump().finally(() => {
        pumping = undefined;
        wake();
      });
    }, nextAt - Date.now());
  }

  queue.watch(wake);
  wake();
  return {
    batch: () => batch,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await pumping;
    },
  };
}

async function handOver(
  queue: Queue,
  batch: readonly ReceivedMessage[],
  invoke: (event: SQSEvent) => Promise<unknown>,
) {
  const all = batch.map(({ messageId }) => messageId);
  const event = { Records: batch.map((message) => sqsRecord(queue.arn, message)) };
  const failed = await invoke(event).then(
    (response) => failedIds(response, all),
    () => all,
  );
  // A failed message stays hidden until its visibility timeout, which the function may have changed.
  for (const { messageId, receiptHandle } of batch) {
    if (!failed.includes(messageId)) queue.remove(receiptHandle);
  }
}

const report = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * The messages that a batch response gives back. A response that names none is a success; one that cannot
 * be understood, or names a message that was not in the batch, gives back all.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedIds(response: unknown, batch: readonly string[]): readonly string[] {
  if (response === null || response === undefined) return [];
  const parsed = report.safeParse(response);
  if (!parsed.success) return batch;
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => batch.includes(id)) ? failed : batch;
}

function sqsRecord(arn: string, message: ReceivedMessage): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'AIDAIT2UOQQY3AUEKVGXU',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3] ?? '',
  };
}
