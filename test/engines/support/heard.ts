import { setTimeout as pause } from 'node:timers/promises';
import type { HttpSink, SinkRequest } from '../../support/http-sink.js';

/** What came to a channel, read. */
export interface Heard {
  readonly path: string;
  readonly bytes: string;
  readonly body: {
    readonly text?: string;
    readonly event_action?: string;
    readonly dedup_key?: string;
    readonly payload?: { readonly class?: string };
  };
}

export function heard(sink: HttpSink, path: '/slack' | '/pagerduty'): Heard[] {
  return sink.requests.filter((request) => request.path.startsWith(path)).map(read);
}

/** What a message is about in a few words: `HttpErrorRateHigh firing`. */
export function gist({ body }: Heard): string {
  const [, name = '', count = ''] = /^\S+ \*?(\w+)\*? · (.+?) · /.exec(body.text ?? '') ?? [];
  if (body.text !== undefined) return `${name} ${count.includes('firing') ? 'firing' : 'resolved'}`;
  return `${body.payload?.class ?? ''} ${body.event_action}`.trim();
}

/** Waits until something is so; says what it was instead when that takes too long. */
export async function until<T>(
  ask: () => T | Promise<T>,
  isSo: (answer: T) => boolean,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let answer = await ask();
  while (!isSo(answer)) {
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await pause(100);
    answer = await ask();
  }
  return answer;
}

function read({ path, bytes }: SinkRequest): Heard {
  const text = bytes.toString('utf8');
  return { path, bytes: text, body: JSON.parse(text) };
}
