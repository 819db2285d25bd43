import type { Sighting } from '../../../local/breaks/alert-watch.js';
import { verdict } from '../../../local/breaks/verdict.js';
import type { InboxMessage } from '../../../local/inbox/mailbox.js';
import { inboxMessage } from '../../support/inbox-message.js';

const fired = (alertname: string, labels: Record<string, string> = {}): Sighting => ({
  labels: { alertname, component: 'http', ...labels },
  firedAt: 1,
});

const message = (
  alertname: string,
  state: InboxMessage['state'] = 'firing',
  channel: InboxMessage['channel'] = 'slack',
) => inboxMessage(alertname, state, channel);

const one = {
  alert: 'ServiceDown',
  labels: { job: 'api' },
  companions: [{ alert: 'Burn', labels: { sli: 'latency' }, because: 'it is so' }],
};
const own = fired('ServiceDown', { job: 'api' });
const quiet = { sightings: [own], messages: [message('ServiceDown')], unrest: [] };

describe('verdict', () => {
  test('finds nothing when only the alert itself came', () => {
    expect(verdict(one, quiet)).toEqual({ companions: [], strays: [] });
  });

  test('tells a declared companion from a stray of the same name', () => {
    const sightings = [own, fired('Burn', { sli: 'latency' }), fired('Burn', { sli: 'errors' })];

    expect(verdict(one, { ...quiet, sightings })).toEqual({
      companions: ['Burn{sli="latency"}, told nobody'],
      strays: ['Burn{sli="errors"}, told nobody'],
    });
  });

  test('takes its own alert about another subject for a stray', () => {
    const sightings = [own, fired('ServiceDown', { job: 'node' })];

    const { strays } = verdict(one, { ...quiet, sightings });

    expect(strays).toEqual(['ServiceDown{job="node"}, told to slack']);
  });

  test('says once who was told of a stray', () => {
    const messages = [message('Other'), message('Other', 'firing', 'email')];

    const { strays } = verdict(one, { ...quiet, sightings: [own, fired('Other')], messages });

    expect(strays).toEqual(['Other{}, told to slack and email']);
  });

  test.each([
    ['an alert that was only pending', { sightings: [{ labels: { alertname: 'Other' } }] }, []],
    [
      'a message about an alert that was not seen',
      { messages: [message('Other', 'resolved')] },
      ['Other, resolved in slack'],
    ],
    [
      'an alert that is told again after its resolve',
      { messages: [message('Burn'), message('Burn', 'resolved'), message('Burn')] },
      ['Burn in slack fires again'],
    ],
    ['what did not become quiet', { unrest: ['Burn still fires'] }, ['Burn still fires']],
  ])('of %s', (_, changed, expected) => {
    const { strays } = verdict(one, { ...quiet, ...changed });

    expect(strays).toEqual(expected);
  });
});
