import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** A function that does what the body of its first message says. */
export async function handler(
  event: SQSEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<SQSBatchResponse | object> {
  const word = event.Records[0]?.body ?? '';
  if (word === 'crash') setTimeout(() => Promise.reject(new Error('nobody catches this')));
  if (word === 'crash' || word === 'hang') await new Promise(() => {});
  if (word === 'throw') throw new TypeError('no way');
  if (word === 'print') print();
  return {
    batchItemFailures: [],
    pid: process.pid,
    environment: process.env,
    remainingMs: context.getRemainingTimeInMillis(),
  };
}

function print() {
  console.log('a line of text');
  const metrics = [{ Name: 'Delivered' }];
  const CloudWatchMetrics = [{ Namespace: 'Test', Dimensions: [['Channel']], Metrics: metrics }];
  console.log(JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics }, Delivered: 1 }));
}
