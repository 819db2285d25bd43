import type { MeasuredRequest, MeasuredResponse } from './http-measurement.js';

const bodiless = new Set([204, 304]);

// Headers that were given to writeHead(), and the length that Node.js finds out itself, are in no public
// property but in the head as it was sent: https://github.com/nodejs/node/blob/v24.x/lib/_http_outgoing.js
const sentType = /^content-type: *(.*)$/im;
const sentLength = /^content-length: *(\d+)/im;

/**
 * What the body of a response took, asked when it is over: bytes, nothing when they are unknown, or `events`
 * for server-sent events, which last as long as their reader and have no duration to measure.
 */
export function responseBodyBytes(request: MeasuredRequest, response: MeasuredResponse) {
  const { socket } = response;
  const before = socket?.bytesWritten;
  return (): number | 'events' | undefined => {
    const head = sentHead(response);
    const type = response.getHeader('content-type') ?? sentType.exec(head)?.[1];
    if (String(type).startsWith('text/event-stream')) return 'events';
    if (request.method === 'HEAD' || bodiless.has(response.statusCode)) return 0;
    const length = response.getHeader('content-length') ?? sentLength.exec(head)?.[1];
    if (length !== undefined) return Number(length);
    // Over HTTP/2 a socket has many responses at a time. Over HTTP/1 the framing of chunks is counted too, and
    // what a pipelining client gets meanwhile: the buckets are powers of ten, and a wrapped write() costs more.
    if (!socket || before === undefined || head === '') return undefined;
    return Math.max(0, socket.bytesWritten - before - head.length);
  };
}

function sentHead(response: object): string {
  return '_header' in response && typeof response._header === 'string' ? response._header : '';
}
