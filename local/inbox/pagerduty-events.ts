import { z } from 'zod';
import { parsedJson } from '../parsed-json.js';

// https://developer.pagerduty.com/docs/send-alert-event, whose "512 KB" senders read as 512,000 bytes.
const MAX_EVENT_BYTES = 512_000;
const MAX_SUMMARY_CHARS = 1024;
const MAX_DEDUP_KEY_CHARS = 255;

const severities = ['critical', 'error', 'warning', 'info'] as const;

const missing = (name: string) => `'${name}' is missing or blank`;

const required = (name: string) =>
  z.string(missing(name)).refine((text) => text.trim() !== '', missing(name));

const atMost = (name: string, max: number) =>
  `'${name}' is too long (maximum is ${max} characters)`;

const optionalText = (name: string) => z.string(`'${name}' must be a string`).nullish();

const routingKey = required('routing_key').regex(
  /^[0-9a-zA-Z]{32}$/,
  "Length of 'routing_key' is incorrect (should be 32 characters)",
);

const dedupKey = required('dedup_key').max(
  MAX_DEDUP_KEY_CHARS,
  atMost('dedup_key', MAX_DEDUP_KEY_CHARS),
);

const payload = z.looseObject(
  {
    summary: required('payload.summary').max(
      MAX_SUMMARY_CHARS,
      atMost('payload.summary', MAX_SUMMARY_CHARS),
    ),
    source: required('payload.source'),
    severity: z.enum(
      severities,
      `'payload.severity' is invalid (must be one of the following: ${severities.join(', ')})`,
    ),
    timestamp: z.iso
      .datetime({ offset: true, error: "'payload.timestamp' must be ISO 8601" })
      .optional(),
    component: optionalText('payload.component'),
    group: optionalText('payload.group'),
    class: optionalText('payload.class'),
    custom_details: z
      .record(z.string(), z.unknown(), "'payload.custom_details' must be an object")
      .optional(),
  },
  missing('payload'),
);

const address = (name: string, protocol: RegExp) =>
  z.url({ protocol, error: `'${name}' must be a URL` });

const trigger = z.looseObject({
  event_action: z.literal('trigger'),
  routing_key: routingKey,
  dedup_key: dedupKey.optional(),
  payload,
  client: optionalText('client'),
  client_url: address('client_url', /^https?$/).optional(),
  links: z
    .array(z.looseObject({ href: address('href', /^https?$/), text: optionalText('text') }))
    .optional(),
  images: z
    .array(z.looseObject({ src: address('src', /^https$/), alt: optionalText('alt') }))
    .optional(),
});

const followUp = z.looseObject({
  event_action: z.enum(['acknowledge', 'resolve']),
  routing_key: routingKey,
  dedup_key: dedupKey,
});

const event = z.discriminatedUnion('event_action', [trigger, followUp], {
  error: "'event_action' is invalid (must be one of the following: trigger, acknowledge, resolve)",
});

/** What the Events API v2 would say against this request; nothing when it takes the event. */
export function pagerDutyErrors(contentType: string | undefined, body: string): string[] {
  if (!contentType?.startsWith('application/json')) return ['the content type is not JSON'];
  if (Buffer.byteLength(body) > MAX_EVENT_BYTES) return ['Event exceeds the maximum size of 512KB'];
  const parsed = event.safeParse(parsedJson(body));
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
}
