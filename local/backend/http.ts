import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Metrics, methods } from './metrics.js';
import { DatabaseFailure } from './pool.js';

export interface Request {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: string;
  /** A template such as `/api/cells/:id`, which is also the label: a raw URL never is. */
  readonly path: string;
  /** The statuses that it is known to answer with. @default - the route is not measured at all */
  readonly measured?: readonly number[];
  readonly answer: (request: Request) => Reply | Promise<Reply>;
}

const MAX_BODY_BYTES = 65_536;

/** A request that cannot be understood, answered with 400 and this message. */
export class BadRequest extends Error {}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  const text = `${JSON.stringify(value)}\n`;
  return { status, text, headers: { 'content-type': 'application/json', ...headers } };
}

const unmatched: Route = {
  method: 'any',
  path: 'unmatched',
  measured: [404],
  answer: () => json(404, { error: 'no such route' }),
};

/** Answers with the first route that matches, measures it, and never lets an error out. */
export function httpServer(routes: readonly Route[], metrics: Metrics['http']): Server {
  for (const route of [...routes, unmatched]) setToZero(route, metrics);
  return createServer((request, response) => void serve(routes, metrics, request, response));
}

function setToZero(route: Route, metrics: Metrics['http']) {
  if (!route.measured) return;
  metrics.responseSize.zero({ http_route: route.path });
  for (const method of route === unmatched ? methods : [route.method]) {
    for (const status of route.measured) metrics.duration.zero(labels(route, method, status));
  }
}

async function serve(
  routes: readonly Route[],
  metrics: Metrics['http'],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { route, params } = find(routes, request);
  if (route.measured) measure(route, metrics, request.method ?? '', response);
  const reply = await answer(route, params, request);
  const length = Buffer.byteLength(reply.text);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': length }).end(reply.text);
  if (route.measured) metrics.responseSize.observe({ http_route: route.path }, length);
}

function find(routes: readonly Route[], { method, url = '' }: IncomingMessage) {
  const path = url.replace(/\?.*/s, '').split('/');
  for (const route of routes) {
    const params = route.method === method && match(route.path.split('/'), path);
    if (params) return { route, params };
  }
  return { route: unmatched, params: {} };
}

function match(template: string[], path: string[]): Record<string, string> | undefined {
  const fits = (part: string, index: number) => part.startsWith(':') || part === path[index];
  if (template.length !== path.length || !template.every(fits)) return undefined;
  const pairs = template.map((part, index) => [part, path[index] ?? ''] as const);
  return Object.fromEntries(
    pairs.flatMap(([part, value]) => (part.startsWith(':') ? [[part.slice(1), value]] : [])),
  );
}

function measure(
  route: Route,
  { active, duration }: Metrics['http'],
  asked: string,
  response: ServerResponse,
) {
  const method = methods.includes(asked) ? asked : '_OTHER';
  const stop = duration.startTimer();
  active.inc({ http_request_method: method });
  // `close` also comes when the client gave up, which nginx's 499 names.
  response.once('close', () => {
    active.dec({ http_request_method: method });
    stop(labels(route, method, response.writableFinished ? response.statusCode : 499));
  });
}

function labels(route: Route, method: string, status: number) {
  return {
    http_request_method: method,
    http_route: route.path,
    http_response_status_code: String(status),
  };
}

async function answer(
  route: Route,
  params: Record<string, string>,
  request: IncomingMessage,
): Promise<Reply> {
  try {
    return await route.answer({ params, body: await body(request) });
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Reply {
  if (error instanceof BadRequest) return json(400, { error: error.message });
  if (!(error instanceof DatabaseFailure)) console.error(error);
  const isDown = error instanceof DatabaseFailure && error.kind !== 'query';
  return isDown ? json(503, { error: 'try again later' }) : json(500, { error: 'internal error' });
}

async function body(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read and dropped: leaving the loop would close the connection without an answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new BadRequest(`the body has more than ${MAX_BODY_BYTES} bytes`);
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new BadRequest('the body is not JSON');
  }
}
