import type { InboxMessage } from '../../local/inbox/mailbox.js';

/** What the inbox shows of one message about an alert. */
export function inboxMessage(
  alertname: string,
  state: InboxMessage['state'],
  channel: InboxMessage['channel'] = 'slack',
): InboxMessage {
  return {
    id: '1',
    channel,
    state,
    alertname,
    publishedAt: '2026-01-01T00:00:00Z',
    deliveredAt: '2026-01-01T00:00:00Z',
    request: { url: 'http://127.0.0.1', body: {} },
  };
}
