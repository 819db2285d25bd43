import type {
  Context,
  SQSBatchItemFailure,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import { messageIn } from './alert-group.js';
import { attempt, type Render, type Result, type Target } from './attempt.js';
import { DeliveryError } from './deliver.js';
import { envelopeOf } from './envelope.js';
import { nameOf } from './error-name.js';
import { printJson } from './print.js';
import { type Arrival, report } from './report.js';
import { secretNamed } from './secret.js';
import { type Settings, settingsFrom } from './settings.js';
import { hideMessage, retryDelaySeconds } from './visibility.js';

export type Handler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

// A healthy channel answers within a second.
const MAX_REQUEST_MS = 5_000;
// What remains after the last request, to put the message back and to write the log.
const RESERVED_MS = 2_500;
const MAX_REST_MS = 2_000;
// A function that is stopped before it answers gives back the whole batch, delivered messages included.
const ANSWER_MS = 500;
// Someone must fill the secret: a matter of hours, not of seconds.
const NOT_CONFIGURED_SECONDS = 900;

/** The function of one channel: each message is delivered, or reported as failed and so stays queued. */
export function forward(channel: string, render: Render): Handler {
  // As they are when the channel's module loads, because a tool may load several channels.
  const variables = { ...process.env };
  let loaded: Target | undefined;

  return async (event, context) => {
    loaded ??= targetOf(channel, render, settingsFrom(variables));
    const target = loaded;
    const clock: Clock = {
      requestMs() {
        const left = Math.floor(context.getRemainingTimeInMillis()) - RESERVED_MS;
        if (left <= 0) throw new DeliveryError(channel, 'no time left', 'timeout');
        return Math.min(MAX_REQUEST_MS, left);
      },
      restMs: () =>
        Math.min(MAX_REST_MS, Math.floor(context.getRemainingTimeInMillis()) - ANSWER_MS),
    };
    const failures = byGroup(event.Records.map(arrivalOf)).map((arrivals) =>
      inTurn(arrivals, (arrival) => take(target, arrival, clock)),
    );
    return { batchItemFailures: (await Promise.all(failures)).flat() };
  };
}

/** What the function's time limit leaves. */
interface Clock {
  /** For one request to the channel; throws when there is none. */
  requestMs(): number;
  /** For putting one message back; not positive when there is none. */
  restMs(): number;
}

function targetOf(channel: string, render: Render, settings: Settings): Target {
  return { channel, render, settings, secret: secretNamed(settings.secretName) };
}

function arrivalOf(record: SQSRecord): Arrival {
  const envelope = envelopeOf(record);
  return { record, message: messageIn(envelope), publishedAt: envelope.publishedAt };
}

/** Groups do not wait for each other; the messages of one group keep the order in which they were published. */
function byGroup(arrivals: readonly Arrival[]): Arrival[][] {
  const groups = new Map<string, Arrival[]>();
  for (const arrival of arrivals.toSorted((a, b) => +a.publishedAt - +b.publishedAt)) {
    groups.set(arrival.message.key, [...(groups.get(arrival.message.key) ?? []), arrival]);
  }
  return [...groups.values()];
}

async function inTurn(
  arrivals: readonly Arrival[],
  taken: (arrival: Arrival) => Promise<SQSBatchItemFailure[]>,
): Promise<SQSBatchItemFailure[]> {
  const failures: SQSBatchItemFailure[] = [];
  for (const arrival of arrivals) failures.push(...(await taken(arrival)));
  return failures;
}

async function take(target: Target, arrival: Arrival, clock: Clock) {
  const { record, message } = arrival;
  const startedAt = Date.now();
  const result = await attempt(target, message, clock.requestMs);
  const durationMs = Date.now() - startedAt;
  const retryInSeconds = retryOf(result, Number(record.attributes.ApproximateReceiveCount));
  report(target, { arrival, result, durationMs, retryInSeconds });
  if (retryInSeconds === undefined) return [];
  const restMs = clock.restMs();
  if (restMs > 0) await rest(target, record, { seconds: retryInSeconds, restMs });
  return [{ itemIdentifier: record.messageId }];
}

/** How long a message that stays queued keeps out of sight. */
function retryOf(result: Result, attempts: number): number | undefined {
  if (result.state === 'notConfigured') return NOT_CONFIGURED_SECONDS;
  if (result.state !== 'failed') return undefined;
  return retryDelaySeconds(attempts, result.error.retryAfterSeconds);
}

async function rest(
  { channel, settings }: Target,
  record: SQSRecord,
  { seconds, restMs }: { readonly seconds: number; readonly restMs: number },
) {
  try {
    await hideMessage(settings.queueUrl, record.receiptHandle, { seconds, timeoutMs: restMs });
  } catch (error) {
    // The message stays queued all the same, with the queue's own time-out; the others must not suffer.
    const { messageId } = record;
    printJson({
      level: 'error',
      channel,
      messageId,
      error: `visibility unchanged (${nameOf(error)})`,
    });
  }
}
