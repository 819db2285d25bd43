import { randomUUID } from 'node:crypto';

export interface QueueOptions {
  readonly arn: string;
  /** How long a received message is hidden from the next receiver. */
  readonly visibilityTimeoutMs: number;
  /** After so many receives a message goes to the dead-letter queue instead of to a receiver. */
  readonly maxReceives: number;
}

/** A message in the hands of a receiver, who deletes it by its receipt handle. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receives: number;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
}

export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly receives: number;
  readonly sentAt: number;
  readonly diedAt: number;
}

/** A standard SQS queue and its dead-letter queue, in memory. */
export interface Queue {
  readonly arn: string;
  send(body: string): string;
  receive(max: number): ReceivedMessage[];
  /** Forgets a message; as in SQS, an outdated handle is accepted and forgets nothing. */
  remove(receiptHandle: string): void;
  changeVisibility(
    receiptHandle: string,
    timeoutMs: number,
  ): 'changed' | 'not in flight' | 'unknown handle';
  depth(): { readonly waiting: number; readonly inFlight: number };
  deadLetters(): readonly DeadLetter[];
  /** When the next message can be received; undefined when the queue is empty. */
  nextVisibleAt(): number | undefined;
  /** Calls back after each change of what can be received when. */
  watch(listener: () => void): void;
}

interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receives: number;
  visibleAt: number;
  receiptHandle: string | undefined;
}

export function startQueue({ arn, visibilityTimeoutMs, maxReceives }: QueueOptions): Queue {
  const messages = new Map<string, StoredMessage>();
  const deadLetters: DeadLetter[] = [];
  const listeners: (() => void)[] = [];
  const holder = (handle: string) =>
    [...messages.values()].find(({ receiptHandle }) => receiptHandle === handle);
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    arn,
    send(body) {
      const sentAt = Date.now();
      const message = newMessage(body, sentAt);
      messages.set(message.messageId, message);
      changed();
      return message.messageId;
    },
    receive(max) {
      const now = Date.now();
      const visible = [...messages.values()].filter(({ visibleAt }) => visibleAt <= now);
      for (const message of visible.filter(({ receives }) => receives >= maxReceives)) {
        messages.delete(message.messageId);
        const { messageId, body, receives, sentAt } = message;
        deadLetters.push({ messageId, body, receives, sentAt, diedAt: now });
      }
      return visible
        .filter(({ messageId }) => messages.has(messageId))
        .slice(0, max)
        .map((message) => receiveOne(message, now, visibilityTimeoutMs));
    },
    remove(receiptHandle) {
      messages.delete(holder(receiptHandle)?.messageId ?? '');
    },
    changeVisibility(receiptHandle, timeoutMs) {
      const message = holder(receiptHandle);
      if (!message) return 'unknown handle';
      if (message.visibleAt <= Date.now()) return 'not in flight';
      message.visibleAt = Date.now() + timeoutMs;
      changed();
      return 'changed';
    },
    depth() {
      const now = Date.now();
      const waiting = [...messages.values()].filter(({ visibleAt }) => visibleAt <= now).length;
      return { waiting, inFlight: messages.size - waiting };
    },
    deadLetters: () => deadLetters,
    nextVisibleAt: () =>
      messages.size === 0
        ? undefined
        : Math.min(...[...messages.values()].map(({ visibleAt }) => visibleAt)),
    watch: (listener) => listeners.push(listener),
  };
}

function newMessage(body: string, sentAt: number): StoredMessage {
  return {
    messageId: randomUUID(),
    body,
    sentAt,
    firstReceivedAt: undefined,
    receives: 0,
    visibleAt: sentAt,
    receiptHandle: undefined,
  };
}

function receiveOne(message: StoredMessage, now: number, timeoutMs: number): ReceivedMessage {
  message.firstReceivedAt ??= now;
  message.receives += 1;
  message.visibleAt = now + timeoutMs;
  message.receiptHandle = randomUUID();
  const { messageId, body, receives, sentAt, firstReceivedAt, receiptHandle } = message;
  return { messageId, body, receives, sentAt, firstReceivedAt, receiptHandle };
}
