import type { SQSRecord } from 'aws-lambda';
import type { Message } from './alert-group.js';
import type { Result, Target } from './attempt.js';
import { alertName } from './group-summary.js';
import { count, type Metric } from './metrics.js';
import { printJson } from './print.js';

/** A message, as it came out of the queue. */
export interface Arrival {
  readonly record: SQSRecord;
  readonly message: Message;
  readonly publishedAt: Date;
}

const metricsOf = {
  delivered: ['Received', 'Delivered'],
  failed: ['Received', 'Failed'],
  notConfigured: ['Received', 'NotConfigured'],
  heartbeat: ['Received', 'Heartbeat'],
  heartbeatNotConfigured: ['Received', 'Heartbeat', 'NotConfigured'],
  heartbeatFailed: ['Received', 'Failed'],
  heartbeatEnded: ['Received'],
} as const satisfies Record<Result['state'], readonly Metric[]>;

export interface Report {
  readonly arrival: Arrival;
  readonly result: Result;
  readonly durationMs: number;
  readonly retryInSeconds: number | undefined;
}

/** Counts and logs what became of one message: never a URL, a header or a secret. */
export function report({ channel, settings }: Target, { arrival, result, ...times }: Report): void {
  const { message, record } = arrival;
  const { environment } = settings;
  const isRaw = message.readAs === 'raw';
  const error = 'error' in result ? result.error : undefined;
  const metrics = [...metricsOf[result.state], ...(isRaw ? (['Unreadable'] as const) : [])];
  count({ environment, channel, metrics, ...(error && { reason: error.reason }) });
  printJson({
    level: isFine(result) ? 'info' : 'error',
    channel,
    outcome: result.state,
    alertName: isRaw ? undefined : alertName(message),
    groupKey: message.key,
    status: isRaw ? 'unreadable' : message.status,
    messageId: record.messageId,
    attempt: Number(record.attributes.ApproximateReceiveCount),
    ...times,
    reason: error?.reason,
    error: error?.message,
  });
}

function isFine({ state }: Result): boolean {
  return state === 'delivered' || state === 'heartbeat' || state === 'heartbeatEnded';
}
