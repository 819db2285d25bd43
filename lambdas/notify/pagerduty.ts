import type { Alert, AlertGroup, Message, UnreadableMessage } from '../shared/alert-group.js';
import { cut, oneLine } from '../shared/cut.js';
import { type Answer, type Delivery, type Problem, reasonOf } from '../shared/deliver.js';
import { forward } from '../shared/forward.js';
import {
  alertName,
  annotation,
  own,
  startOf,
  type Urgency,
  urgencyOf,
} from '../shared/group-summary.js';
import { type Link, links } from '../shared/links.js';
import type { Settings } from '../shared/settings.js';

// https://developer.pagerduty.com/docs/events-api-v2-overview: 512 KB; the rest is left for its own overhead.
const MAX_EVENT_BYTES = 500_000;
// https://developer.pagerduty.com/docs/send-alert-event
const MAX_SUMMARY_CHARS = 1_024;
// No document limits the other fields; a page of text is no name.
const MAX_FIELD_CHARS = 255;
const MAX_RAW_CHARS = 20_000;
const MAX_ERROR_CHARS = 200;
const FEW_ALERTS = 10;

const client = 'Spheroseg monitoring';

// Accounts in PagerDuty's EU region have their own host; in the wrong region the key is unknown.
const eventsUrl = process.env.PAGERDUTY_URL || 'https://events.pagerduty.com/v2/enqueue';

/** https://developer.pagerduty.com/docs/send-alert-event */
interface TriggerEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger';
  readonly dedup_key: string;
  readonly client: string;
  readonly client_url?: string;
  readonly links?: readonly Link[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: Urgency;
    readonly timestamp?: string;
    readonly component?: string;
    readonly group: string;
    readonly class?: string;
    readonly custom_details: object;
  };
}

/** Closes the alert with the same key; PagerDuty ignores the rest of a trigger here, so nothing in it can be refused. */
interface ResolveEvent {
  readonly routing_key: string;
  readonly event_action: 'resolve';
  readonly dedup_key: string;
}

/** The PagerDuty event for one alert group; the secret is the integration key of the service. */
export function pagerDutyEvent(message: Message, key: string, settings: Settings): Delivery {
  const problem = (answer: Answer) => pagerDutyProblem(answer, key);
  return { url: eventsUrl, body: eventFor(message, key, settings), problem };
}

export const handler = forward('pagerduty', pagerDutyEvent);

function eventFor(message: Message, key: string, settings: Settings): TriggerEvent | ResolveEvent {
  if (message.readAs === 'raw') return unreadableEvent(message, key, settings);
  if (message.status === 'firing') return triggerEvent(message, key, settings);
  return { routing_key: key, event_action: 'resolve', dedup_key: message.key };
}

function triggerEvent(group: AlertGroup, key: string, settings: Settings): TriggerEvent {
  const found = links(group, settings);
  const dashboard = found.find(({ text }) => text === 'Dashboard')?.href;
  const event = (details: object): TriggerEvent => ({
    routing_key: key,
    event_action: 'trigger',
    dedup_key: group.key,
    client,
    ...(dashboard !== undefined && { client_url: dashboard }),
    ...(found.length > 0 && { links: found }),
    payload: { ...payloadHead(group, settings), custom_details: details },
  });
  for (const details of detailSizes(group, settings)) {
    const sized = event(details());
    if (fits(sized)) return sized;
  }
  return event({});
}

function payloadHead(group: AlertGroup, settings: Settings) {
  const { component, instance, job } = group.commonLabels;
  // An empty source is refused, and a label may be blank.
  const source = [instance, job].map((text = '') => oneLine(text)).find(Boolean);
  const name = alertName(group);
  const start = startOf(group);
  return {
    summary: summaryOf(group, settings),
    source: cut(source ?? settings.environment, MAX_FIELD_CHARS),
    severity: urgencyOf(group),
    ...(start && { timestamp: start.toISOString() }),
    ...(component && { component: cut(component, MAX_FIELD_CHARS) }),
    group: settings.environment,
    ...(name && { class: cut(name, MAX_FIELD_CHARS) }),
  };
}

/** Its own key per topic, so that a flood of unreadable messages is one incident; a person resolves it. */
function unreadableEvent(
  { key: dedupKey, text, topicArn }: UnreadableMessage,
  key: string,
  { environment }: Settings,
): TriggerEvent {
  const prefix = `unreadable alert message in ${environment}: `;
  return {
    routing_key: key,
    event_action: 'trigger',
    dedup_key: dedupKey,
    client,
    payload: {
      summary: prefix + cut(oneLine(text), MAX_SUMMARY_CHARS - prefix.length),
      source: cut(topicArn, MAX_FIELD_CHARS),
      severity: 'error',
      group: environment,
      custom_details: { message: cut(text, MAX_RAW_CHARS) },
    },
  };
}

/** What the phone reads out: the alert and its summary first, the counts last and never cut off. */
function summaryOf(group: AlertGroup, { environment }: Settings): string {
  const counts = [
    `${group.numFiring} firing`,
    ...(group.numResolved > 0 ? [`${group.numResolved} resolved`] : []),
    environment,
  ].join(', ');
  const text = [alertName(group) ?? 'Several alerts', annotation(group, 'summary')];
  const room = MAX_SUMMARY_CHARS - counts.length - 3;
  return `${cut(oneLine(text.filter(Boolean).join(': ')), room)} (${counts})`;
}

/** The details from complete to scant; the first that fits is sent. */
function detailSizes(group: AlertGroup, { environment }: Settings): (() => object)[] {
  const head = { environment, firing: group.numFiring, resolved: group.numResolved };
  const shared = { ...head, labels: group.commonLabels, annotations: group.commonAnnotations };
  const firing = group.alerts.filter((alert) => alert.status === 'firing');
  const resolved = group.alerts.filter((alert) => alert.status === 'resolved');
  const brief = (alert: Alert) => ({
    since: alert.startsAt.toISOString(),
    ...(alert.status === 'resolved' && { until: alert.endsAt.toISOString() }),
    labels: own(alert.labels, group.commonLabels),
  });
  const whole = (alert: Alert) => ({
    ...brief(alert),
    annotations: own(alert.annotations, group.commonAnnotations),
  });
  return [
    () => ({ ...shared, firingAlerts: firing.map(whole), resolvedAlerts: resolved.map(whole) }),
    () => ({ ...shared, firingAlerts: firing.map(whole), leftOut: 'resolved alerts' }),
    () => ({ ...shared, firingAlerts: firing.map(brief), leftOut: 'annotations' }),
    () => ({
      ...shared,
      firingAlerts: firing.slice(0, FEW_ALERTS).map(brief),
      leftOut: `all but the first ${FEW_ALERTS} alerts`,
    }),
    () => ({ ...head, leftOut: 'labels and alerts' }),
  ];
}

function fits(event: TriggerEvent): boolean {
  return Buffer.byteLength(JSON.stringify(event)) < MAX_EVENT_BYTES;
}

/** 202 and nothing else is PagerDuty's yes: a proxy's friendly page is none. */
function pagerDutyProblem({ status, text }: Answer, key: string): Problem | undefined {
  if (status === 202) return undefined;
  if (status !== 400) return { reason: reasonOf(status) };
  const reason = /routing.?key/i.test(text) ? 'auth' : 'client';
  return { reason, detail: errorsIn(text.replaceAll(key, '…')) };
}

function errorsIn(text: string): string {
  try {
    const { message, errors } = JSON.parse(text) as Record<string, unknown>;
    const all = [message, ...(Array.isArray(errors) ? errors : [])];
    return cut(oneLine(all.filter((part) => typeof part === 'string').join(', ')), MAX_ERROR_CHARS);
  } catch {
    return 'client';
  }
}
