import { unresolved, untilQuiet } from '../../../local/breaks/quiet.js';
import type { ActiveAlert } from '../../../local/prometheus-api.js';
import { inboxMessage } from '../../support/inbox-message.js';

const active = (state: ActiveAlert['state']): ActiveAlert[] => [
  { labels: { alertname: 'Some' }, state, activeAt: '2026-01-01T00:00:00Z' },
];

// So fast that the whole patience is a second.
const SPEED = 3000;

describe('untilQuiet', () => {
  test('ends soon when nothing is active and nothing open', async () => {
    const unrest = await untilQuiet({ active: () => [] }, () => [], SPEED);

    expect(unrest).toEqual([]);
  });

  test('waits until the last alert is gone', async () => {
    const looks = [active('firing'), active('pending')];

    const unrest = await untilQuiet({ active: () => looks.shift() ?? [] }, () => [], SPEED);

    expect([unrest, looks]).toEqual([[], []]);
  });

  test.each([
    ['an alert that still fires', active('firing'), [], ['Some still fires']],
    [
      'a message without its resolve',
      [],
      [inboxMessage('Other', 'firing')],
      ['Other in slack is not resolved'],
    ],
    ['no alert that is only pending', active('pending'), [], []],
    ['no answer of Prometheus', undefined, [], []],
  ])('names, in the end, %s', async (_, alerts, messages, expected) => {
    const unrest = await untilQuiet({ active: () => alerts }, () => messages, SPEED);

    expect(unrest).toEqual(expected);
  });
});

describe('unresolved', () => {
  test('goes by the last message about an alert in each channel', () => {
    const messages = [
      inboxMessage('Some', 'firing'),
      inboxMessage('Some', 'firing', 'pagerduty'),
      inboxMessage('Some', 'resolved'),
      inboxMessage('Other', 'resolved'),
      inboxMessage('Other', 'firing'),
    ];

    expect(unresolved(messages)).toEqual([
      'Some in pagerduty is not resolved',
      'Other in slack is not resolved',
    ]);
  });
});
