import type { HttpAnswer } from '../http-server.js';
import { parsedJson } from '../parsed-json.js';
import type { Service } from './services.js';

const TIMEOUT_MS = 10_000;
const REPORT_INTERVAL_MS = 60_000;

const whereToLook = {
  slack: 'its address is in SLACK_WEBHOOK_URL',
  pagerduty: 'its key is in PAGERDUTY_SERVICE_KEY',
} as const satisfies Record<Service, string>;

interface RealAnswer extends HttpAnswer {
  /** Why the service did not take the message, without anything that might repeat a secret. */
  readonly failure: string | undefined;
}

/** The answer of the real service. Nothing in it names the address, which holds the secret of a webhook. */
export async function forwarded(service: Service, url: string, body: string): Promise<RealAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const retryAfter = response.headers.get('retry-after');
    const text = await response.text();
    return {
      status: response.status,
      headers: retryAfter === null ? {} : { 'retry-after': retryAfter },
      body: text,
      failure: failureIn(service, response.status, text),
    };
  } catch (error) {
    return {
      status: 502,
      body: 'the real service could not be reached',
      failure: `could not be reached (${codeOf(error)})`,
    };
  }
}

/** Says why a real service did not take a message: the first time, and then once a minute at most. */
export function failureReports(report: (line: string) => void) {
  const lastAt = new Map<Service, number>();
  return (service: Service, { failure }: RealAnswer) => {
    const now = Date.now();
    if (failure === undefined || now - (lastAt.get(service) ?? 0) < REPORT_INTERVAL_MS) return;
    lastAt.set(service, now);
    report(`the real ${service} did not take a message: ${failure}; ${whereToLook[service]}`);
  };
}

/** The service's own word for what went wrong; any other text might repeat a secret. */
export function codeIn(text: string): string | undefined {
  return /^[a-z_]{1,40}$/.exec(text.trim())?.[0];
}

function failureIn(service: Service, status: number, text: string): string | undefined {
  const why = codeIn(text) ?? sentenceIn(text);
  if (status >= 300) return `answered ${status}${why ? ` ${why}` : ''}`;
  // The functions take nothing else for a delivery either: lambdas/shared/slack-answer.ts.
  return service === 'slack' && text.trim() !== 'ok' ? `answered ${status} without ok` : undefined;
}

/** PagerDuty's sentence, unless a word of it is as long as a key. */
function sentenceIn(text: string): string | undefined {
  const answer = parsedJson(text);
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return undefined;
  const sentence = String(answer.message);
  return /^[\w ',.()-]{1,100}$/.test(sentence) && !/\w{16}/.test(sentence) ? sentence : undefined;
}

function codeOf(error: unknown): string {
  const { name, cause } = error as { name: string; cause?: { code?: string } };
  return cause?.code ?? name;
}
