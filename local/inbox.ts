import type { ChannelState } from './channel.js';
import { type HttpAnswer, type HttpRequest, serve } from './http-server.js';
import { liveEvents } from './inbox/live-events.js';
import { inboxChannels, type Mailbox, newMailbox } from './inbox/mailbox.js';
import { inboxPage } from './inbox/page.js';
import { newServices, type RefusedMessage, type ServiceOptions } from './inbox/services.js';

export interface InboxOptions extends ServiceOptions {
  readonly environmentName: string;
  /** 0 is any free one. */
  readonly port: number;
  readonly channels: () => readonly ChannelState[];
}

/** Stands in for Slack and PagerDuty, and shows what they were sent. */
export interface Inbox {
  readonly url: string;
  readonly mailbox: Mailbox;
  stop(): Promise<void>;
}

/** What the page shows beside the messages. */
export interface InboxStatus {
  readonly environmentName: string;
  readonly channels: readonly ChannelState[];
  readonly refused: readonly RefusedMessage[];
}

export async function startInbox(options: InboxOptions): Promise<Inbox> {
  const mailbox = newMailbox();
  const services = newServices(mailbox, options);
  const page = await inboxPage();
  const status = (): InboxStatus => ({
    environmentName: options.environmentName,
    channels: options.channels(),
    refused: services.refused(),
  });

  const answers: Record<string, (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>> = {
    'GET /messages': ({ query }) => messages(mailbox, query.get('channel')),
    'DELETE /messages': () => {
      mailbox.clear();
      return { status: 204 };
    },
    'GET /events': () => liveEvents(mailbox, status),
    'POST /v2/enqueue': (request) => services.answer('pagerduty', request),
    ...page,
  };
  const server = await serve(options.port, (request) => {
    const { method, path } = request;
    if (method === 'POST' && path.startsWith('/slack/')) return services.answer('slack', request);
    return answers[`${method} ${path}`]?.(request) ?? { status: 404, body: 'not found\n' };
  });
  return { url: `http://127.0.0.1:${server.port}`, mailbox, stop: () => server.close() };
}

function messages(mailbox: Mailbox, channel: string | null): HttpAnswer {
  if (channel !== null && !inboxChannels.some((name) => name === channel)) {
    const body = `channel must be one of ${inboxChannels.join(', ')}, got '${channel}'\n`;
    return { status: 400, body };
  }
  const found = mailbox.all().filter((message) => channel === null || message.channel === channel);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(found, null, 2)}\n`,
  };
}
