import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the sink answers one request. */
export interface SinkAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long the answer is held back. */
  readonly delayMs?: number;
  /** Breaks the connection instead of answering. */
  readonly reset?: true;
}

/** A request as it came over the wire. */
export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A real HTTP server that keeps what it is sent and answers as it is told. */
export interface HttpSink {
  readonly url: string;
  readonly requests: SinkRequest[];
  /** The answers to the next requests, in this order; after them the usual one again. */
  next(...answers: readonly SinkAnswer[]): void;
  /** Forgets the requests and the planned answers. */
  reset(): void;
  stop(): Promise<void>;
}

type Usual = (request: SinkRequest) => SinkAnswer;

export async function startHttpSink(usual: Usual): Promise<HttpSink> {
  const requests: SinkRequest[] = [];
  const planned: SinkAnswer[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await received(incoming);
    requests.push(request);
    const {
      status = 200,
      headers = {},
      body = '',
      delayMs = 0,
      reset,
    } = planned.shift() ?? usual(request);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (reset) {
      incoming.socket.resetAndDestroy();
      return;
    }
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    next: (...answers) => planned.push(...answers),
    reset: () => {
      requests.length = 0;
      planned.length = 0;
    },
    stop: () => stopped(server),
  };
}

async function received(incoming: IncomingMessage): Promise<SinkRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, bytes: Buffer.concat(chunks) };
}

function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
