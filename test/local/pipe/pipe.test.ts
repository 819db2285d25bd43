import { localTopics } from '../../../local/environment';
import type { HttpAnswer } from '../../../local/http-server';
import type { InboxMessage } from '../../../local/inbox/mailbox';
import { type Pipe, startPipe } from '../../../local/pipe';
import { eventsOf } from './live-events';
import { groupJson, publish } from './publish';
import { until } from './waiting';

describe('startPipe', () => {
  const lines: string[] = [];
  const answers: HttpAnswer[] = [];
  let pipe: Pipe;

  beforeAll(async () => {
    pipe = await startPipe({
      environmentName: 'test',
      links: { runbooks: 'https://runbooks.test/', grafana: 'https://grafana.test' },
      channels: { slack: ['critical', 'warning', 'info'], pagerduty: ['critical'] },
      topics: localTopics,
      inboxPort: 0,
      log: (line) => lines.push(line),
      outage: (service) => (service === 'slack' ? answers.shift() : undefined),
    });
  });

  afterAll(() => pipe.stop());

  beforeEach(async () => {
    lines.length = 0;
    answers.length = 0;
    await fetch(`${pipe.inboxUrl}/messages`, { method: 'DELETE' });
  });

  async function received(count: number): Promise<readonly InboxMessage[]> {
    await until(() => pipe.messages().length >= count);
    return pipe.messages();
  }

  const byChannel = (messages: readonly InboxMessage[], channel: string) =>
    messages.filter((message) => message.channel === channel);

  test('carries a firing alert and its resolve to Slack and PagerDuty', async () => {
    await publish(pipe.snsUrl, { Message: groupJson('firing', 'HttpErrorRateHigh') });
    await received(2);
    await publish(pipe.snsUrl, { Message: groupJson('resolved', 'HttpErrorRateHigh') });

    const messages = await received(4);
    const events = byChannel(messages, 'pagerduty');
    const states = byChannel(messages, 'slack').map(({ alertname, state }) => [alertname, state]);

    expect(states).toEqual([
      ['HttpErrorRateHigh', 'firing'],
      ['HttpErrorRateHigh', 'resolved'],
    ]);
    expect(events).toMatchObject([
      { alertname: 'HttpErrorRateHigh', request: { body: { event_action: 'trigger' } } },
      { alertname: 'HttpErrorRateHigh', request: { body: { event_action: 'resolve' } } },
    ]);
    expect(JSON.stringify(messages)).toContain('https://runbooks.test/http.md#x');
  });

  test('says when a message was published and when it came', async () => {
    const before = Date.now();
    await publish(pipe.snsUrl, { Message: groupJson('firing', 'DatabaseDown') });

    const [message] = await received(2);

    const published = Date.parse(message?.publishedAt ?? '');
    const delivered = Date.parse(message?.deliveredAt ?? '');
    const times = [before, published, delivered, Date.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('tells the messages of one batch apart', async () => {
    const names = ['AlertA', 'AlertB', 'AlertC', 'AlertD'];
    await Promise.all(
      names.map((name) => publish(pipe.snsUrl, { Message: groupJson('firing', name) })),
    );

    const messages = await received(8);

    const told = ['slack', 'pagerduty'].map((channel) =>
      byChannel(messages, channel)
        .map(({ alertname }) => alertname)
        .toSorted(),
    );
    expect(told).toEqual([names, names]);
  });

  test('brings back what Slack would not take at first', async () => {
    answers.push({ status: 500, body: 'rollup_error' });
    answers.push({ status: 429, headers: { 'retry-after': '1' }, body: 'rate_limited' });
    await publish(pipe.snsUrl, { Message: groupJson('firing', 'AlertA') });
    await publish(pipe.snsUrl, { Message: groupJson('firing', 'AlertB') });

    const messages = await received(4);

    expect(answers).toEqual([]);
    expect(messages.map(({ channel }) => channel)).toEqual([
      'pagerduty',
      'pagerduty',
      'slack',
      'slack',
    ]);
    expect(lines.filter((line) => line.includes('"outcome":"failed"'))).toHaveLength(2);
  }, 20_000);

  test('sends the heartbeat to nobody, and counts it', async () => {
    const events = await eventsOf(pipe.inboxUrl);

    await publish(pipe.snsUrl, {
      TopicArn: localTopics.heartbeat,
      Message: groupJson('firing', 'Watchdog'),
    });
    const counted = await events.next('"Heartbeat":1');
    await events.close();

    expect(counted).toContain('"channel":"slack"');
    expect(pipe.messages()).toEqual([]);
  });

  test('shows the mail beside the messages', async () => {
    const Subject = '[FIRING 1] critical ServiceDown api';
    await publish(pipe.snsUrl, {
      TopicArn: localTopics.email.critical,
      Subject,
      Message: 'FIRING: nobody answers',
    });

    expect(pipe.messages()).toMatchObject([{ channel: 'email', alertname: 'ServiceDown' }]);
  });
});
