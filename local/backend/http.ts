import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { measured, metricsHandler } from '../../lib/instrumentation/index.js';
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
  /** Whether it is for those who run the backend, and so not measured. @default - it is for users */
  readonly operates?: true;
  readonly answer: (request: Request) => Reply | Promise<Reply>;
}

const MAX_BODY_BYTES = 65_536;

/** A request that cannot be understood, answered with 400 and this message. */
export class BadRequest extends Error {}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  const text = `${JSON.stringify(value)}\n`;
  return { status, text, headers: { 'content-type': 'application/json', ...headers } };
}

const METRICS_PATH = '/api/metrics';

/** Answers with the first route that matches, measures it, and never lets an error out. */
export function httpServer(routes: readonly Route[], registry: Registry): Server {
  const metrics = metricsHandler(registry);
  const users = routes.filter(({ operates }) => !operates);
  const taken = new WeakMap<IncomingMessage, string>();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (pathOf(request) === METRICS_PATH) return metrics(request, response);
    const { route, params } = find(routes, request);
    if (route) taken.set(request, route.path);
    const { status, headers, text } = await answer(route, params, request);
    const length = Buffer.byteLength(text);
    response.writeHead(status, { ...headers, 'content-length': length }).end(text);
  };
  return createServer(
    measured(registry, serve, {
      route: (request) => taken.get(request),
      routes: users,
      ignore: (path) => path === METRICS_PATH || isOperation(routes, path),
    }),
  );
}

// What the platform asks would dilute what users ask.
function isOperation(routes: readonly Route[], path: string): boolean {
  const parts = path.split('/');
  return routes.some((route) => route.operates && match(route.path.split('/'), parts));
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/\?.*/s, '');
}

interface Found {
  readonly route?: Route;
  readonly params: Record<string, string>;
}

function find(routes: readonly Route[], request: IncomingMessage): Found {
  const path = pathOf(request).split('/');
  for (const route of routes) {
    const params = route.method === request.method && match(route.path.split('/'), path);
    if (params) return { route, params };
  }
  return { params: {} };
}

function match(template: string[], path: string[]): Record<string, string> | undefined {
  const fits = (part: string, index: number) => part.startsWith(':') || part === path[index];
  if (template.length !== path.length || !template.every(fits)) return undefined;
  const pairs = template.map((part, index) => [part, path[index] ?? ''] as const);
  return Object.fromEntries(
    pairs.flatMap(([part, value]) => (part.startsWith(':') ? [[part.slice(1), value]] : [])),
  );
}

async function answer(
  route: Route | undefined,
  params: Record<string, string>,
  request: IncomingMessage,
): Promise<Reply> {
  try {
    if (!route) return json(404, { error: 'no such route' });
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
