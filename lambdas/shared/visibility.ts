import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';

const FIRST_DELAY_SECONDS = 5;
const MAX_DELAY_SECONDS = 300;
// A channel may ask for more patience than we would have, but not for a night.
const MAX_RETRY_AFTER_SECONDS = 900;

// The queue's own host is the region's endpoint; a second opinion would only be logged as a warning.
const client = new SQSClient({ useQueueUrlAsEndpoint: false });

/** How long a failed message rests: doubling with each attempt, spread so that a storm does not return at once. */
export function retryDelaySeconds(
  attempt: number,
  retryAfterSeconds = 0,
  random = Math.random(),
): number {
  const backoff = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.max(0, attempt - 1));
  const asked = Math.min(MAX_RETRY_AFTER_SECONDS, retryAfterSeconds);
  return Math.ceil(asked + backoff * (0.5 + random / 2));
}

/** Keeps a message out of sight. Only a courtesy: without it the queue's own time-out applies. */
export async function hideMessage(
  queueUrl: string,
  receiptHandle: string,
  { seconds, timeoutMs }: { readonly seconds: number; readonly timeoutMs: number },
) {
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
    { abortSignal: AbortSignal.timeout(timeoutMs) },
  );
}
