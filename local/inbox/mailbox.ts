/** Where a message went: a channel of ours, or the e-mail topics. */
export const inboxChannels = ['slack', 'pagerduty', 'email'] as const;

export type InboxChannel = (typeof inboxChannels)[number];

/** The publish that a message came from. */
export interface Origin {
  readonly publishedAt: string;
  readonly alertname: string;
  readonly state: 'firing' | 'resolved';
}

/** One message that a service took, or would have taken. */
export interface InboxMessage extends Origin {
  readonly id: string;
  readonly channel: InboxChannel;
  readonly deliveredAt: string;
  /** What was sent; the address carries no secret. */
  readonly request: { readonly url: string; readonly body: unknown };
}

export type NewMessage = Omit<InboxMessage, 'id' | 'deliveredAt' | 'publishedAt'> & {
  readonly publishedAt: string | undefined;
};

/** Messages since the start, or since the last clearing; oldest first. */
export interface Mailbox {
  /** A message that nobody published counts as published when it came. */
  add(message: NewMessage): InboxMessage;
  all(): readonly InboxMessage[];
  clear(): void;
  /** Calls back with each new message, and with nothing when all are gone; returns how to stop that. */
  watch(listener: (message: InboxMessage | undefined) => void): () => void;
}

// Weeks of alerts, but not the memory of whoever leaves it running.
const MAX_MESSAGES = 2000;

export function newMailbox(): Mailbox {
  const messages: InboxMessage[] = [];
  const listeners = new Set<(message: InboxMessage | undefined) => void>();
  return {
    add(fields) {
      const deliveredAt = new Date().toISOString();
      const { publishedAt = deliveredAt } = fields;
      const message = { id: crypto.randomUUID(), ...fields, publishedAt, deliveredAt };
      messages.push(message);
      if (messages.length > MAX_MESSAGES) messages.shift();
      for (const listener of listeners) listener(message);
      return message;
    },
    all: () => [...messages],
    clear() {
      messages.length = 0;
      for (const listener of listeners) listener(undefined);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
