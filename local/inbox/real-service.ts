import type { HttpAnswer } from '../http-server.js';

const TIMEOUT_MS = 10_000;

/** The answer of the real service. Nothing in it names the address, which holds the secret of a webhook. */
export async function forwarded(url: string, body: string): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const retryAfter = response.headers.get('retry-after');
    return {
      status: response.status,
      headers: retryAfter === null ? {} : { 'retry-after': retryAfter },
      body: await response.text(),
    };
  } catch {
    return { status: 502, body: 'the real service could not be reached' };
  }
}
