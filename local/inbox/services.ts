import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../http-server.js';
import { parsedJson } from '../parsed-json.js';
import type { InboxMessage, Mailbox, Origin } from './mailbox.js';
import { pagerDutyErrors } from './pagerduty-events.js';
import { codeIn, failureReports, forwarded } from './real-service.js';
import { slackRefusal } from './slack-webhook.js';

/** The services that the inbox stands in for. */
export type Service = 'slack' | 'pagerduty';

export interface ServiceOptions {
  /** With this, what we would take is also sent to Slack, and Slack's answer counts. */
  readonly slackWebhookUrl?: string | undefined;
  /** With this, what we would take is also sent to PagerDuty, and PagerDuty's answer counts. */
  readonly pagerdutyServiceKey?: string | undefined;
  /** @default - the service region of the United States */
  readonly pagerdutyUrl?: string | undefined;
  /** Hears why a real service did not take a message. @default - nobody does */
  readonly report?: ((line: string) => void) | undefined;
  /** The publish that a message came from, as far as anyone knows. */
  readonly originOf: (service: Service, body: string) => Origin | undefined;
  /** Answers in place of a service: how a test makes one fail. */
  readonly outage?: ((service: Service) => HttpAnswer | undefined) | undefined;
}

/** A message that a service did not take. */
export interface RefusedMessage {
  readonly service: Service;
  readonly at: string;
  readonly status: number;
  readonly reason: string;
}

export interface Services {
  answer(service: Service, request: HttpRequest): Promise<HttpAnswer>;
  /** The last ones, newest first. */
  refused(): readonly RefusedMessage[];
}

/** What the service would say: a refusal with its reason, or a message to keep and perhaps to send for real. */
type Verdict =
  | { readonly answer: HttpAnswer; readonly reason: string }
  | {
      readonly answer: HttpAnswer;
      readonly request: InboxMessage['request'];
      readonly state?: Origin['state'];
      readonly real: { readonly url: string; readonly body: string } | undefined;
    };

const MAX_REFUSED = 20;

export function newServices(mailbox: Mailbox, options: ServiceOptions): Services {
  const refused: RefusedMessage[] = [];
  const reportFailure = failureReports(options.report ?? (() => {}));
  return {
    async answer(service, request) {
      const verdict =
        service === 'slack' ? slackVerdict(request, options) : pagerDutyVerdict(request, options);
      const answer =
        options.outage?.(service) ?? (await finalAnswer(service, verdict, reportFailure));
      if ('reason' in verdict || answer.status >= 300) {
        const reason = 'reason' in verdict ? verdict.reason : refusalIn(answer);
        refused.unshift({ service, at: new Date().toISOString(), status: answer.status, reason });
        refused.splice(MAX_REFUSED);
        return answer;
      }
      const origin = options.originOf(service, request.body);
      mailbox.add({
        channel: service,
        publishedAt: origin?.publishedAt,
        alertname: origin?.alertname ?? 'unknown',
        state: verdict.state ?? origin?.state ?? 'firing',
        request: verdict.request,
      });
      return answer;
    },
    refused: () => refused,
  };
}

async function finalAnswer(
  service: Service,
  verdict: Verdict,
  reportFailure: ReturnType<typeof failureReports>,
): Promise<HttpAnswer> {
  if (!('real' in verdict && verdict.real)) return verdict.answer;
  const answer = await forwarded(service, verdict.real.url, verdict.real.body);
  reportFailure(service, answer);
  return answer;
}

function slackVerdict(
  { headers, body }: HttpRequest,
  { slackWebhookUrl }: ServiceOptions,
): Verdict {
  const refusal = slackRefusal(headers['content-type'], body);
  if (refusal) {
    const answer = { status: 400, body: refusal.error };
    return { answer, reason: `${refusal.error}: ${refusal.detail}` };
  }
  return {
    answer: { status: 200, body: 'ok' },
    // What follows is where the address of a webhook has its secret.
    request: { url: '/slack/…', body: parsedJson(body) },
    real: slackWebhookUrl ? { url: slackWebhookUrl, body } : undefined,
  };
}

function pagerDutyVerdict({ headers, body }: HttpRequest, options: ServiceOptions): Verdict {
  const errors = pagerDutyErrors(headers['content-type'], body);
  if (errors.length > 0) {
    const refusal = { status: 'invalid event', message: 'Event object is invalid', errors };
    return { answer: json(400, refusal), reason: errors.join('; ') };
  }
  const event = parsedJson(body) as Record<string, unknown>;
  const { pagerdutyServiceKey, pagerdutyUrl = 'https://events.pagerduty.com/v2/enqueue' } = options;
  const dedup_key = event.dedup_key ?? newDedupKey();
  return {
    answer: json(202, { status: 'success', message: 'Event processed', dedup_key }),
    request: { url: '/v2/enqueue', body: { ...event, routing_key: '…' } },
    state: event.event_action === 'resolve' ? 'resolved' : 'firing',
    real: pagerdutyServiceKey
      ? { url: pagerdutyUrl, body: JSON.stringify({ ...event, routing_key: pagerdutyServiceKey }) }
      : undefined,
  };
}

function refusalIn({ status, body = '' }: HttpAnswer): string {
  return codeIn(body) ?? `answered ${status}`;
}

function newDedupKey(): string {
  return randomUUID().replaceAll('-', '');
}

function json(status: number, answer: object): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  };
}
