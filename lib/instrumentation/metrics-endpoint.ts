import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What has metrics to read: a Registry of prom-client, or the sum of several workers. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** Who may read the metrics. */
export interface EndpointOptions {
  /**
   * What a scraper sends as `Authorization: Bearer …`.
   * @default - everyone who reaches the endpoint may read it
   */
  readonly token?: string | undefined;
}

/** Where the metrics are served apart from the application. */
export interface MetricsServerOptions extends EndpointOptions {
  readonly port: number;
  /** @default - every address of the machine */
  readonly host?: string | undefined;
}

/** A running server of {@link serveMetrics}. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers a request of node:http or Express with the metrics; its promise never fails.
 *
 * @throws Error when there is no registry, or the token is empty: an unset variable must not open the endpoint.
 */
export function metricsHandler(source: MetricsSource, { token }: EndpointOptions = {}) {
  if (typeof source?.metrics !== 'function') {
    throw new Error(`registry must be a Registry of prom-client, got ${source}`);
  }
  refuseUnusable(token);
  const isAllowed = token === undefined ? () => true : bearer(token);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await answerTo(request, isAllowed, source);
    // A timeout of the application, for instance, may have answered in the meantime.
    if (response.headersSent) return;
    const { status, text, headers } = answer;
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      ...headers,
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
}

/**
 * Serves the metrics on a port of its own, which the load balancer does not have; every path answers.
 *
 * It does not keep the process alive. The promise fails when the port cannot be had.
 */
export async function serveMetrics(
  source: MetricsSource,
  { port, host, token }: MetricsServerOptions,
): Promise<MetricsServer> {
  const server = createServer(metricsHandler(source, { token }));
  server.on('connection', (socket) => socket.unref()).unref();
  await new Promise<void>((resolve, reject) => {
    // It stays: too many open files, for instance, is reported here later and would end the process.
    server.on('error', reject).listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerTo(
  { method = '', headers }: IncomingMessage,
  isAllowed: (authorization?: string) => boolean,
  source: MetricsSource,
): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, text: 'only GET and HEAD\n', headers: { allow: 'GET, HEAD' } };
  }
  if (!isAllowed(headers.authorization)) {
    const challenge = { 'www-authenticate': 'Bearer' };
    return { status: 401, text: 'a bearer token is needed\n', headers: challenge };
  }
  try {
    const text = await source.metrics();
    return { status: 200, text, headers: { 'content-type': source.contentType } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 500, text: `a metric could not be collected: ${reason}\n` };
  }
}

/** HTTP carries no other characters, so that nobody could ever send such a token; it is not shown. */
function refuseUnusable(token: unknown) {
  if (token === undefined) return;
  if (token === '') {
    throw new Error(
      "token must not be empty, got ''; leave it out if everyone may read the metrics",
    );
  }
  if (typeof token !== 'string' || !/^[!-~]+$/.test(token)) {
    throw new Error(
      'token must be ASCII without spaces or line ends, got something else; trim it, or make another one',
    );
  }
}

function bearer(token: string) {
  const expected = digest(token);
  return (authorization = ''): boolean => {
    const given = /^bearer +(.*)$/i.exec(authorization)?.[1] ?? '';
    return timingSafeEqual(digest(given), expected);
  };
}

/** Of equal length for any token, which the comparison in constant time asks for. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
