import { nameOf } from './error-name.js';

/** Why a delivery failed: a field of the log line and a dimension of the metric. */
export type Reason = 'auth' | 'rateLimited' | 'client' | 'server' | 'timeout';

/** One request that a channel wants to be made, and how to read what comes back. */
export interface Delivery {
  readonly url: string;
  readonly body: object;
  /** What went wrong, or nothing if the channel took the message. */
  readonly problem: (answer: Answer) => Problem | undefined;
  /** The same in a simpler shape, sent once if the channel refuses the shape of the body. */
  readonly simpler?: object;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Problem {
  readonly reason: Reason;
  /** In the channel's own words, for the log; never the whole answer, which may repeat the request. */
  readonly detail?: string;
  /** The channel did not like the shape of the body. */
  readonly isShape?: true;
}

/** The only error of a delivery. Its message names the channel and the cause, never a URL, header or secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly reason: Reason;
  readonly retryAfterSeconds: number | undefined;

  constructor(channel: string, cause: string, reason: Reason, retryAfterSeconds?: number) {
    super(`${channel}: ${cause}`);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Makes the request, and once more in the simpler shape if need be; throws a `DeliveryError` if neither is taken. */
export async function deliver(channel: string, delivery: Delivery, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs;
  const first = await post(channel, delivery.url, delivery.body, timeoutMs);
  let { answer, retryAfterSeconds } = first;
  let problem = delivery.problem(answer);
  if (problem?.isShape && delivery.simpler) {
    const second = await post(channel, delivery.url, delivery.simpler, deadline - Date.now());
    ({ answer, retryAfterSeconds } = second);
    problem = delivery.problem(answer);
  }
  if (!problem) return;
  const cause = [answer.status, problem.detail ?? problem.reason].join(' ');
  throw new DeliveryError(channel, cause, problem.reason, retryAfterSeconds);
}

/** What an HTTP status says by itself, whatever the channel. */
export function reasonOf(status: number): Reason {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rateLimited';
  return status >= 300 && status < 500 ? 'client' : 'server';
}

async function post(channel: string, url: string, body: object, timeoutMs: number) {
  if (timeoutMs <= 0) throw new DeliveryError(channel, 'no time left', 'timeout');
  if (!URL.canParse(url)) throw new DeliveryError(channel, 'the address is not a URL', 'auth');
  try {
    const response = await fetch(url, {
      method: 'POST',
      // A function is frozen between messages, and a connection that died meanwhile costs one delivery.
      headers: { 'content-type': 'application/json; charset=utf-8', connection: 'close' },
      body: JSON.stringify(body),
      // A redirect would carry the secret to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = { status: response.status, text: await response.text() };
    return { answer, retryAfterSeconds: retryAfter(response.headers.get('retry-after')) };
  } catch (error) {
    throw unanswered(channel, error);
  }
}

/** fetch puts the URL into some messages, so that only names and codes are taken over. */
function unanswered(channel: string, error: unknown): DeliveryError {
  const name = nameOf(error);
  if (name === 'TimeoutError') return new DeliveryError(channel, 'no answer in time', 'timeout');
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  return new DeliveryError(channel, `no answer (${cause?.code ?? name})`, 'server');
}

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
