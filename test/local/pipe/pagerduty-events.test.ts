import { pagerDutyErrors } from '../../../local/inbox/pagerduty-events';

const payload = { summary: 'Requests fail', source: 'api', severity: 'critical' };
const trigger = { routing_key: 'a'.repeat(32), event_action: 'trigger', payload };
const resolve = { routing_key: 'a'.repeat(32), event_action: 'resolve', dedup_key: 'k' };
const errors = (event: object) => pagerDutyErrors('application/json', JSON.stringify(event));

describe('pagerDutyErrors', () => {
  test.each([
    ['the least that a trigger needs', trigger],
    [
      'a whole trigger',
      {
        ...trigger,
        dedup_key: 'k'.repeat(255),
        client: 'Spheroseg monitoring',
        client_url: 'https://a.test/',
        links: [{ href: 'https://a.test/', text: 'Runbook' }],
        images: [{ src: 'https://a.test/b.png', href: 'https://a.test/', alt: 'a graph' }],
        payload: {
          ...payload,
          summary: 'x'.repeat(1024),
          timestamp: '2026-11-23T20:00:00.000+01:00',
          component: 'http',
          group: 'prod',
          class: 'HttpErrorRateHigh',
          custom_details: { firing: 1 },
        },
      },
    ],
    ['a resolve', resolve],
    ['an acknowledge', { ...resolve, event_action: 'acknowledge' }],
  ])('takes %s', (_, event) => {
    expect(errors(event)).toEqual([]);
  });

  test.each([
    ['an unknown action', { ...trigger, event_action: 'close' }, /'event_action' is invalid/],
    ['no key', { ...trigger, routing_key: undefined }, /'routing_key' is missing or blank/],
    ['a short key', { ...trigger, routing_key: 'abc' }, /Length of 'routing_key' is incorrect/],
    ['a resolve of nothing', { ...resolve, dedup_key: undefined }, /'dedup_key' is missing/],
    ['a long dedup key', { ...resolve, dedup_key: 'k'.repeat(256) }, /'dedup_key' is too long/],
    ['no payload', { ...trigger, payload: undefined }, /'payload' is missing/],
    [
      'a blank summary',
      { ...trigger, payload: { ...payload, summary: ' ' } },
      /summary' is missing/,
    ],
    [
      'a long summary',
      { ...trigger, payload: { ...payload, summary: 'x'.repeat(1025) } },
      /summary' is too long/,
    ],
    ['no source', { ...trigger, payload: { ...payload, source: undefined } }, /source' is missing/],
    [
      'an unknown severity',
      { ...trigger, payload: { ...payload, severity: 'high' } },
      /severity' is invalid/,
    ],
    [
      'a strange time',
      { ...trigger, payload: { ...payload, timestamp: 'now' } },
      /timestamp' must be ISO 8601/,
    ],
    [
      'details that are a text',
      { ...trigger, payload: { ...payload, custom_details: 'x' } },
      /custom_details' must be/,
    ],
    ['a link without address', { ...trigger, links: [{ text: 'x' }] }, /'href' must be a URL/],
    [
      'a picture without https',
      { ...trigger, images: [{ src: 'http://a.test/' }] },
      /'src' must be a URL/,
    ],
    ['more than 512 KB', { ...trigger, more: 'x'.repeat(512_000) }, /maximum size of 512KB/],
  ])('refuses %s', (_, event, reason) => {
    expect(errors(event)).toEqual([expect.stringMatching(reason)]);
  });

  test('names everything that is wrong at once', () => {
    expect(errors({ event_action: 'trigger' })).toHaveLength(2);
  });

  test.each([
    ['no JSON', 'application/json', 'x'],
    ['another content type', 'text/plain', JSON.stringify(trigger)],
  ])('refuses %s', (_, contentType, body) => {
    expect(pagerDutyErrors(contentType, body)).toHaveLength(1);
  });
});
