import { localTopics } from '../../../local/environment';
import { publishedGroup, toldGroup } from '../../../local/inbox/origin';
import type { SnsNotification } from '../../../local/sns';
import { groupJson } from './publish';

const notification = (Message: string, fields: object = {}) =>
  ({
    Message,
    TopicArn: localTopics.messages.critical,
    Timestamp: '2026-11-23T20:00:00.000Z',
    ...fields,
  }) as SnsNotification;

describe('publishedGroup', () => {
  test('reads the JSON of our template', () => {
    const group = publishedGroup(notification(groupJson('resolved', 'ServiceDown')));

    expect(group).toMatchObject({
      publishedAt: '2026-11-23T20:00:00.000Z',
      alertname: 'ServiceDown',
      state: 'resolved',
    });
  });

  test.each([
    ['[FIRING 2] critical ServiceDown api', 'ServiceDown', 'firing'],
    ['[RESOLVED] critical ServiceDown', 'ServiceDown', 'resolved'],
    ['[FIRING 1] critical', 'unknown', 'firing'],
    [undefined, 'unknown', 'firing'],
  ])('reads the subject %j where the text is for people', (Subject, alertname, state) => {
    expect(publishedGroup(notification('text', { Subject }))).toMatchObject({ alertname, state });
  });
});

describe('toldGroup', () => {
  const group = (status: 'firing' | 'resolved', alertname: string) =>
    publishedGroup(notification(groupJson(status, alertname)));
  const batch = [
    group('firing', 'ServiceDown'),
    group('resolved', 'ServiceDown'),
    group('resolved', 'DatabaseDown'),
  ] as const;
  const [firing, resolved, other] = batch;

  test.each([
    ['a trigger', { event_action: 'trigger', dedup_key: firing.key }, firing],
    ['a resolve', { event_action: 'resolve', dedup_key: resolved.key }, resolved],
    ['the resolve of another', { event_action: 'resolve', dedup_key: other.key }, other],
    ['an event of nobody', { event_action: 'resolve', dedup_key: 'x' }, firing],
  ])('knows %s by its key', (_, body, expected) => {
    expect(toldGroup('pagerduty', JSON.stringify(body), batch)).toBe(expected);
  });

  test.each([
    ['🔴 ServiceDown · 1 firing · local', firing],
    ['🔴 ServiceDown · 2 firing, 1 resolved · local', firing],
    ['✅ ServiceDown · 1 resolved · local', resolved],
    ['✅ DatabaseDown · 1 resolved · local', other],
  ])('knows %s by name and state', (text, expected) => {
    expect(toldGroup('slack', JSON.stringify({ text }), batch)).toBe(expected);
  });

  test('knows nothing of a message that nobody published', () => {
    expect(toldGroup('slack', '{}', [])).toBeUndefined();
  });
});
