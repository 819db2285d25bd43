import fc from 'fast-check';
import { messageIn } from '../../../lambdas/shared/alert-group.js';
import { hostileGroup, hostileText } from '../../support/hostile.js';
import { captured, group, read } from '../../support/messages.js';

describe('messageIn', () => {
  test('reads what the real Alertmanager writes with our template', () => {
    const message = read(captured('partly-resolved'));

    expect(message).toMatchObject({
      readAs: 'json',
      status: 'firing',
      numFiring: 2,
      numResolved: 1,
      groupLabels: { alertname: 'HostDiskSpaceLow', job: 'node' },
      alerts: [{ status: 'firing' }, { status: 'firing' }, { status: 'resolved' }],
    });
  });

  test('reads hostile labels and annotations exactly', () => {
    expect(group('hostile').commonLabels).toMatchObject({
      job: 'a<!channel>|`x` "q" \\back\\',
      instance: 'ünïcödé 🫩 日本',
    });
  });

  test('gives one group the same key from firing to resolved', () => {
    const keys = ['three-firing', 'partly-resolved', 'all-resolved'].map((name) => group(name).key);

    expect(new Set(keys).size).toBe(1);
  });

  test.each([
    ['topic', { topicArn: 'other', text: captured('one-firing') }],
    [
      'receiver',
      {
        topicArn: 't',
        text: JSON.stringify({ ...group('one-firing'), schema: 'amp-json/1', receiver: 'other' }),
      },
    ],
    ['group label', { topicArn: 't', text: captured('three-firing') }],
  ])('gives another key to another %s', (_, envelope) => {
    const one = messageIn({ topicArn: 't', text: captured('one-firing'), publishedAt: new Date() });

    const other = messageIn({ ...envelope, publishedAt: new Date() });

    expect(other.readAs).toBe('json');
    expect(other.key).not.toBe(one.key);
  });

  test('does not depend on the order of the group labels', () => {
    const [ab, ba] = [
      { a: '1', b: '2' },
      { b: '2', a: '1' },
    ].map((groupLabels) => group('one-firing', { groupLabels }));

    expect(ab?.key).toBe(ba?.key);
  });

  test.each([
    ['an alert fires', { alerts: group('three-firing').alerts }],
    ['the count says so', { numFiring: 1 }],
    ['the status says so', { status: 'firing' }],
  ])('is not resolved while %s', (_, changes) => {
    expect(group('all-resolved', changes).status).toBe('firing');
  });

  test.each([
    ['nothing', ''],
    ['text', 'Alerts Firing:\nLabels:\n - alertname = X'],
    ['a number', '42'],
    ['null', 'null'],
    ['a list', '[]'],
    ['the JSON of others', '{"AlarmName":"x","NewStateValue":"OK"}'],
    ['our JSON, cut', captured('one-resolved').slice(0, -20)],
    ['another version', captured('one-firing').replace('amp-json/1', 'amp-json/2')],
    ['a label that is no text', captured('one-firing').replace('"job":"api"', '"job":1')],
    ['a status that nobody knows', captured('one-firing').replaceAll('"firing"', '"pending"')],
    ['a time that is none', captured('one-firing').replace(/"startsAt":"[^"]*"/, '"startsAt":"x"')],
    ['a count that is none', captured('one-firing').replace('"numFiring":1', '"numFiring":"1"')],
  ])('keeps what it cannot read: %s', (_, text) => {
    expect(read(text)).toMatchObject({ readAs: 'raw', text });
  });

  test('keeps every text, whatever it is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const message = read(text);

        expect(message).toMatchObject({ readAs: 'raw', text: expect.any(String) });
        expect((message as { text: string }).text).toHaveLength(text.length);
      }),
    );
  });

  test('reads every group that the template can write, in whole characters', () => {
    fc.assert(
      fc.property(hostileGroup, (message) => {
        expect(message.readAs).toBe('json');
        expect(JSON.stringify(message)).not.toMatch(/\\ud[89a-f]/i);
      }),
    );
  });
});
