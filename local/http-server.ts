import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server of the local mode is asked, read to its end. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Keeps the connection open and writes to it; what it returns is called when the other side has gone. */
  readonly stream?: (write: (text: string) => void) => () => void;
}

export interface HttpServer {
  readonly port: number;
  /** Ends every connection, finished or not. */
  close(): Promise<void>;
}

// The largest thing that anyone may send, PagerDuty's 512 KB, fits many times over: limits are answered, not cut off.
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Serves one function on this machine only; port 0 is any free one. */
export function serve(
  port: number,
  answer: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
): Promise<HttpServer> {
  const server = createServer(async (incoming, response) => {
    const { status, headers, body, stream } = await readRequest(incoming)
      .then(answer)
      .catch((error: Error): HttpAnswer => ({ status: 500, body: `${error.message}\n` }));
    response.writeHead(status, headers);
    if (!stream) {
      response.end(body);
      return;
    }
    const gone = stream((text) => response.write(text));
    response.on('close', gone);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  // A target that is no path, such as `//`, would make URL throw.
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?');
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
