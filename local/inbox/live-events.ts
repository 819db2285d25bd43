import type { HttpAnswer } from '../http-server.js';
import type { InboxStatus } from '../inbox.js';
import type { InboxMessage, Mailbox } from './mailbox.js';

/** What the page hears: everything at the start, then each change. */
export interface LiveEvents {
  readonly snapshot: { readonly messages: readonly InboxMessage[]; readonly status: InboxStatus };
  readonly message: InboxMessage;
  readonly clear: null;
  readonly status: InboxStatus;
}

// Queues change many times while one message passes; nobody reads faster than this.
const STATUS_INTERVAL_MS = 500;

/** An endless answer of server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function liveEvents(mailbox: Mailbox, status: () => InboxStatus): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    stream(write) {
      const send = <Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]) =>
        write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
      const unwatch = mailbox.watch((message) =>
        message ? send('message', message) : send('clear', null),
      );
      let shown = JSON.stringify(status());
      const timer = setInterval(() => {
        const current = status();
        if (JSON.stringify(current) === shown) return;
        shown = JSON.stringify(current);
        send('status', current);
      }, STATUS_INTERVAL_MS);
      send('snapshot', { messages: mailbox.all(), status: status() });
      return () => {
        clearInterval(timer);
        unwatch();
      };
    },
  };
}
