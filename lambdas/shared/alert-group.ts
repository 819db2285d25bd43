import { createHash } from 'node:crypto';
import type { Envelope } from './envelope.js';

export type Labels = Readonly<Record<string, string>>;
export type Status = 'firing' | 'resolved';

/** One alert as the alert manager knows it. */
export interface Alert {
  readonly status: Status;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generatorURL?: string;
}

/** The alerts that the alert manager sent as one message. */
export interface AlertGroup {
  readonly readAs: 'json';
  /** The same for every message about this group, from firing to resolved. */
  readonly key: string;
  /** Resolved only if nothing in the message says otherwise. */
  readonly status: Status;
  /** The true totals; a long message lists fewer alerts. */
  readonly numFiring: number;
  readonly numResolved: number;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly alerts: readonly Alert[];
}

/** A message that nobody could read; it may be an alert, so it is forwarded, and it resolves nothing. */
export interface UnreadableMessage {
  readonly readAs: 'raw';
  readonly key: string;
  readonly topicArn: string;
  readonly text: string;
}

export type Message = AlertGroup | UnreadableMessage;

/** Reads what our alert manager template writes (`amp-json/1`); anything else is kept as it came. */
export function messageIn(envelope: Envelope): Message {
  try {
    return alertGroup(record(JSON.parse(envelope.text)), envelope.topicArn);
  } catch {
    const { topicArn, text } = envelope;
    return { readAs: 'raw', key: keyOf(topicArn, 'unreadable'), topicArn, text: string(text) };
  }
}

// The readers below throw at the first thing that is not as our template writes it.

function alertGroup(message: Record<string, unknown>, topicArn: string): AlertGroup {
  if (message.schema !== 'amp-json/1' || !Array.isArray(message.alerts))
    throw new Error('not ours');
  const alerts = message.alerts.map((alert) => alertIn(record(alert)));
  const groupLabels = labels(message.groupLabels);
  const numFiring = count(message.numFiring);
  const isResolved =
    status(message.status) === 'resolved' &&
    numFiring === 0 &&
    alerts.every((alert) => alert.status === 'resolved');
  return {
    readAs: 'json',
    key: keyOf(
      topicArn,
      string(message.receiver),
      JSON.stringify(Object.entries(groupLabels).sort()),
    ),
    status: isResolved ? 'resolved' : 'firing',
    numFiring,
    numResolved: count(message.numResolved),
    groupLabels,
    commonLabels: labels(message.commonLabels),
    commonAnnotations: labels(message.commonAnnotations),
    alerts,
  };
}

function alertIn(alert: Record<string, unknown>): Alert {
  return {
    status: status(alert.status),
    startsAt: date(alert.startsAt),
    endsAt: date(alert.endsAt),
    labels: labels(alert.labels),
    annotations: labels(alert.annotations),
    ...(alert.generatorURL !== undefined && { generatorURL: string(alert.generatorURL) }),
  };
}

function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value as Record<string, unknown>;
}

function labels(value: unknown): Labels {
  return Object.fromEntries(
    Object.entries(record(value)).map(([name, text]) => [string(name), string(text)]),
  );
}

/** Half a surrogate pair is no Unicode: receivers refuse it, and encoding a link with one throws. */
function string(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value.replace(/\p{Surrogate}/gu, '\ufffd');
}

function status(value: unknown): Status {
  if (value !== 'firing' && value !== 'resolved') throw new Error('not a status');
  return value;
}

function count(value: unknown): number {
  if (!Number.isInteger(value)) throw new Error('not a count');
  return Number(value);
}

function date(value: unknown): Date {
  const result = new Date(string(value));
  if (Number.isNaN(result.getTime())) throw new Error('not a time');
  return result;
}
