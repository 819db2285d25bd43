import { type Child, element, link, type Markup } from './markup.js';
import { secondsBetween } from './spell.js';
import { isRecord, records, text } from './unknown.js';

const statuses: Readonly<Record<string, string>> = {
  trigger: 'Triggered',
  acknowledge: 'Acknowledged',
  resolve: 'Resolved',
};

/** The end of an alert: when the event that closed it came. */
export interface Ending {
  readonly from: string;
  readonly to: string;
}

/** An event as a card; `ending` is known of a trigger whose alert was resolved since. */
export function pagerDutyCard(body: unknown, ending?: Ending): Markup {
  const event = isRecord(body) ? body : {};
  const payload = isRecord(event.payload) ? event.payload : {};
  const action = text(event.event_action);
  const severity = text(payload.severity);
  return element(
    'div',
    { class: 'pagerduty-event', 'data-action': action, 'data-severity': severity },
    element(
      'p',
      { class: 'pills' },
      element('span', { class: `pill ${action}` }, statuses[action] ?? `unknown action ${action}`),
      ...(severity ? [element('span', { class: `pill ${severity}` }, severity)] : []),
      ...(ending
        ? [
            element(
              'span',
              { class: 'note' },
              `resolved ${secondsBetween(ending.from, ending.to)} later`,
            ),
          ]
        : []),
    ),
    ...(payload.summary === undefined ? [] : [element('h3', {}, text(payload.summary))]),
    element('dl', {}, ...facts(event, payload)),
    ...linksOf(event),
    ...details(payload.custom_details),
  );
}

function facts(event: Record<string, unknown>, payload: Record<string, unknown>): Child[] {
  const names = ['source', 'component', 'group', 'class', 'timestamp'];
  const rows = names.map((name): [string, unknown] => [name, payload[name]]);
  return [...rows, ['dedup key', event.dedup_key] as const]
    .filter(([, value]) => text(value) !== '')
    .flatMap(([name, value]) => [
      element('dt', {}, name),
      element('dd', {}, name === 'dedup key' ? element('code', {}, text(value)) : text(value)),
    ]);
}

function linksOf(event: Record<string, unknown>): Markup[] {
  const found = records(event.links).map(({ href, text: label }) =>
    link(text(href), text(label) || text(href)),
  );
  return found.length === 0 ? [] : [element('p', { class: 'links' }, ...found)];
}

function details(value: unknown): Markup[] {
  if (!isRecord(value)) return [];
  return [
    element(
      'details',
      { class: 'details' },
      element('summary', {}, 'Details'),
      element('div', {}, tree(value)),
    ),
  ];
}

function tree(value: unknown): Child {
  if (Array.isArray(value)) {
    return element('ul', {}, ...value.map((item) => element('li', {}, tree(item))));
  }
  if (!isRecord(value)) return String(value);
  return element(
    'dl',
    {},
    ...Object.entries(value).flatMap(([name, part]) => [
      element('dt', {}, name),
      element('dd', {}, tree(part)),
    ]),
  );
}
