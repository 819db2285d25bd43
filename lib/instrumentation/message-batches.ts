import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import {
  websocketBatchDelay,
  websocketBatchFlushes,
  websocketBatchSize,
} from '../metrics/websocket.js';

export interface MessageBatchesOptions<Message> {
  readonly endpoint: string;
  /** A batch of this many messages goes out at once. */
  readonly maxMessages: number;
  /** The longest that a message waits for others. */
  readonly maxDelayMs: number;
  readonly send: (messages: readonly Message[]) => void;
}

export interface MessageBatches<Message> {
  add(message: Message): void;
  /** Sends what waits; what is added later goes out at once. */
  stop(): void;
}

type Reason = 'size' | 'timer' | 'shutdown';

/** Gathers messages and sends them together, measured. What `send` throws is the caller's. */
export function messageBatches<Message>(
  registry: AnyRegistry,
  { endpoint, maxMessages, maxDelayMs, send }: MessageBatchesOptions<Message>,
): MessageBatches<Message> {
  const measure = measurement(registry, endpoint);
  let pending: Message[] = [];
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const flush = (reason: Reason) => {
    clearTimeout(timer);
    if (pending.length === 0) return;
    const messages = pending;
    pending = [];
    measure(messages.length, (performance.now() - since) / 1000, reason);
    send(messages);
  };
  const add = (message: Message) => {
    if (pending.push(message) === 1) {
      since = performance.now();
      timer = setTimeout(flush, maxDelayMs, 'timer');
    }
    if (isStopped) flush('shutdown');
    else if (pending.length >= maxMessages) flush('size');
  };
  const stop = () => {
    isStopped = true;
    flush('shutdown');
  };
  return { add, stop };
}

function measurement(registry: AnyRegistry, endpoint: string) {
  const sizes = register(websocketBatchSize, registry);
  const delays = register(websocketBatchDelay, registry);
  const flushes = register(websocketBatchFlushes, registry);
  for (const metric of [sizes, delays, flushes]) metric.zero({ endpoint });
  return (messages: number, delaySeconds: number, reason: Reason) => {
    sizes.observe({ endpoint }, messages);
    delays.observe({ endpoint }, delaySeconds);
    flushes.inc({ endpoint, reason });
  };
}
