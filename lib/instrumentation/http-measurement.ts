import type { Socket } from 'node:net';
import {
  httpMethods,
  httpServerActiveRequests,
  httpServerRequestDuration,
  httpServerResponseBodySize,
} from '../metrics/http.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import { responseBodyBytes } from './response-body.js';

const isMeasured = Symbol('measured');

/** What is read of a request; node:http, http2, Express and Fastify have it. */
export interface MeasuredRequest {
  readonly method?: string | undefined;
  readonly headers: { readonly upgrade?: string | undefined };
  readonly socket: Pick<Socket, 'once' | 'errored' | 'readableEnded'>;
}

/** What is read of a response; node:http, http2, Express and Fastify have it. */
export interface MeasuredResponse {
  readonly statusCode: number;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly errored?: Error | null;
  readonly socket: Pick<Socket, 'bytesWritten'> | null;
  getHeader(name: string): unknown;
  on(event: 'close', listener: () => void): unknown;
  [isMeasured]?: true;
}

/** The HTTP metrics of one registry. */
export interface HttpMeasurement {
  /** Measures until the response is over, and then asks for the route: a template, never a URL. */
  start(
    request: MeasuredRequest,
    response: MeasuredResponse,
    route: () => string | undefined,
  ): void;
  /** Brings a route's failures into being at 0: a series that is born at 1 is invisible to `rate()`. */
  expect(method: string, route: string): void;
}

type Method = (typeof httpMethods)[number];

const methods = new Map<string, Method>(httpMethods.map((method) => [method, method]));

/** What HttpErrorRateHigh counts, and a Node.js backend answers: it failed, or it is overloaded. */
const failures = ['500', '503'] as const;

const unmatched = 'unmatched';

/** Measures into the HTTP metrics of a registry, which all its servers share. */
export function httpMeasurement(registry: AnyRegistry): HttpMeasurement {
  const duration = register(httpServerRequestDuration, registry);
  const active = register(httpServerActiveRequests, registry);
  const size = register(httpServerResponseBodySize, registry);
  const expect = expectation((method, route) => {
    for (const status of failures) duration.zero(labels(method, route, status));
  });
  active.zero({});
  expect('GET', unmatched);

  const begin: HttpMeasurement['start'] = (request, response, route) => {
    // A connection of a WebSocket is no request: it lasts for hours and has metrics of its own.
    if (response[isMeasured] || request.headers.upgrade?.toLowerCase() === 'websocket') return;
    response[isMeasured] = true;
    const method = known(request.method);
    const bodyBytes = responseBodyBytes(request, response);
    const startedAt = performance.now();
    onceOver(request, response, () => {
      const seconds = (performance.now() - startedAt) / 1_000;
      active.inc({ http_request_method: method }, -1);
      const body = bodyBytes();
      if (body === 'events') return;
      const http_route = nameOf(route);
      expect(method, http_route);
      duration.observe(labels(method, http_route, statusOf(request, response)), seconds);
      if (response.writableFinished && body !== undefined) size.observe({ http_route }, body);
    });
    active.inc({ http_request_method: method });
  };

  return {
    start(request, response, route) {
      try {
        begin(request, response, route);
      } catch {
        // Such as http2's socket, which throws when its session is gone: measuring never costs a request.
      }
    },
    expect: (method, route) => expect(known(method), route),
  };
}

function known(method: string | undefined): Method {
  return methods.get(method ?? '') ?? '_OTHER';
}

function labels(http_request_method: Method, http_route: string, status: string) {
  return { http_request_method, http_route, http_response_status_code: status };
}

function nameOf(route: () => string | undefined): string {
  try {
    return route() || unmatched;
  } catch {
    // The route is asked of the user's code, and no request may fail for its label.
    return unmatched;
  }
}

/** nginx's 499 names a client that went; an answer that the server itself cut off is its failure. */
function statusOf({ socket }: MeasuredRequest, response: MeasuredResponse): string {
  const { statusCode, writableFinished, writableEnded, errored } = response;
  if (!writableFinished && !errored && (socket.readableEnded || socket.errored)) return '499';
  return writableEnded && !errored ? String(statusCode) : '500';
}

/** Acts once for each route; one beyond the bound is not remembered, since it is counted under `other`. */
function expectation(act: (method: Method, route: string) => void) {
  const { atMost } = httpServerRequestDuration.labels.http_route;
  const seen = new Map<string, Set<Method>>();
  return (method: Method, route: string) => {
    const of = seen.get(route) ?? new Set<Method>();
    if (of.has(method) || (of.size === 0 && seen.size >= atMost)) return;
    seen.set(route, of.add(method));
    act(method, route);
  };
}

const waiting = new WeakMap<object, Set<() => void>>();

function onceOver(request: MeasuredRequest, response: MeasuredResponse, act: () => void) {
  let ended = false;
  const isPipelined = !response.socket;
  const end = () => {
    if (ended) return;
    ended = true;
    try {
      if (isPipelined) waiting.get(request.socket)?.delete(end);
      act();
    } catch {
      // As above.
    }
  };
  response.on('close', end);
  // A pipelined response has no socket until its turn, and hears of no `close` if that never comes.
  if (!isPipelined) return;
  const ends = waiting.get(request.socket) ?? new Set();
  if (!waiting.has(request.socket)) {
    waiting.set(request.socket, ends);
    request.socket.once('close', () => {
      for (const one of ends) one();
    });
  }
  ends.add(end);
}
