import { breakTable, problemsOf, type Round } from '../../../local/breaks/break-table.js';
import type { SeenThrough } from '../../../local/breaks/watch-through.js';
import type { InboxMessage } from '../../../local/inbox/mailbox.js';

const message = (
  channel: InboxMessage['channel'],
  state: InboxMessage['state'],
  second: number,
): InboxMessage => ({
  id: '1',
  channel,
  state,
  alertname: 'Some',
  publishedAt: new Date(second * 1000).toISOString(),
  deliveredAt: new Date(second * 1000).toISOString(),
  request: { url: 'http://127.0.0.1', body: {} },
});

const seen: SeenThrough = {
  observed: {
    brokenAt: 1000,
    crossedAt: 2000,
    firedAt: 4000,
    mendedAt: 7000,
    clearedAt: 9000,
    messages: [
      message('slack', 'firing', 5),
      message('pagerduty', 'firing', 6),
      message('pagerduty', 'resolved', 12),
      message('slack', 'resolved', 13),
    ],
  },
  channels: ['slack', 'pagerduty'],
  companions: ['Burn{sli="a"}, told nobody', 'Burn{sli="b"}, told nobody'],
  strays: [],
  machine: [],
};

const good: Round = { name: 'errors', alert: 'Some', seen };
const silent: Round = {
  name: 'slow',
  alert: 'Silent',
  seen: { ...seen, observed: { brokenAt: 0, mendedAt: 1, messages: [] }, companions: [] },
};
const strayed: Round = { name: 'pool', alert: 'Some', seen: { ...seen, strays: ['Other{}'] } };
const failed: Round = { name: 'queue', alert: 'Other', failed: 'the backend does not answer' };

describe('breakTable', () => {
  test('says of each round when its alert came and went, with what, and whether that is right', () => {
    expect(breakTable([good, silent, strayed, failed]).split('\n')).toEqual([
      'break   alert   fired after  told after  resolved after  companions  verdict',
      'errors  Some    3.0 s        5.0 s       6.0 s           Burn        ok',
      'slow    Silent  –            –           –               –           failed: 9',
      'pool    Some    3.0 s        5.0 s       6.0 s           Burn        failed: 1',
      'queue   Other                                                        failed: 1',
    ]);
  });
});

describe('problemsOf', () => {
  test.each([
    [good, []],
    [strayed, ['not expected: Other{}']],
    [failed, ['the backend does not answer']],
  ])('names what was wrong with a round', (round, problems) => {
    expect(problemsOf(round)).toEqual(problems);
  });

  test('names first what did not happen', () => {
    expect(problemsOf(silent)[0]).toBe('not crossed the threshold');
  });
});
