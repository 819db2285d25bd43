import { timeline } from '../../../local/breaks/timeline.js';
import type { InboxMessage } from '../../../local/inbox/mailbox.js';

const at = (seconds: number) => 1_700_000_000_000 + seconds * 1000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

const message = (
  channel: InboxMessage['channel'],
  state: InboxMessage['state'],
  published: number,
): InboxMessage => ({
  id: `${channel}-${state}`,
  channel,
  state,
  alertname: 'HttpErrorRateHigh',
  publishedAt: iso(published),
  deliveredAt: iso(published + 0.2),
  request: { url: 'http://127.0.0.1', body: {} },
});

const seenThrough = {
  brokenAt: at(0),
  crossedAt: at(4),
  firedAt: at(16),
  mendedAt: at(18),
  clearedAt: at(76),
  messages: [
    message('slack', 'firing', 17),
    message('pagerduty', 'firing', 17),
    message('slack', 'resolved', 77),
    message('pagerduty', 'resolved', 77),
  ],
};

describe('timeline', () => {
  test('tells each step in seconds since the break', () => {
    const { lines, missing } = timeline(seenThrough, ['slack', 'pagerduty']);

    expect(missing).toEqual([]);
    expect(lines).toEqual([
      '    0.0 s  broken',
      '    4.0 s  crossed the threshold',
      '   16.0 s  fired',
      '   17.0 s  published to SNS',
      '   17.2 s  delivered to slack',
      '   17.2 s  delivered to pagerduty',
      '   18.0 s  mended',
      '   76.0 s  cleared in Prometheus',
      '   77.0 s  resolve published to SNS',
      '   77.2 s  resolved in slack',
      '   77.2 s  resolved in pagerduty',
    ]);
  });

  test('names what did not happen', () => {
    const { clearedAt, ...unresolved } = seenThrough;
    const messages = seenThrough.messages.slice(0, 1);

    const { missing } = timeline({ ...unresolved, messages }, ['slack', 'pagerduty']);

    expect(clearedAt).toBeDefined();
    expect(missing).toEqual([
      'not delivered to pagerduty',
      'not cleared in Prometheus',
      'not resolve published to SNS',
      'not resolved in slack',
      'not resolved in pagerduty',
    ]);
  });
});
