import { errorMonitor } from 'node:events';
import { readAtScrape } from '../metrics/at-scrape.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import {
  closeCodes,
  websocketConnections,
  websocketConnectionsClosed,
  websocketConnectionsOpened,
  websocketMessages,
  websocketSendBuffer,
} from '../metrics/websocket.js';
import { watchedOnce } from './watched-once.js';

/** What is read of a `WebSocket` of ws. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(...args: never[]): void;
  on(event: string | symbol, listener: (...args: never[]) => void): unknown;
}

/** What is read of a `WebSocketServer` of ws. */
export interface WebSocketServerLike {
  readonly clients?: Iterable<WebSocketLike>;
  prependListener(event: 'connection', listener: (client: WebSocketLike) => void): unknown;
  off(event: 'connection', listener: (client: WebSocketLike) => void): unknown;
}

type Direction = 'in' | 'out';

export interface WebSocketsOptions {
  readonly endpoint: string;
  /** The types that messages are known to have. @default - none, each is born with its first message */
  readonly types?: readonly string[];
  /** The type of the message in a text frame, or of each one in a batch. @default - `other` */
  readonly typeOf?: (text: string, direction: Direction) => string | readonly string[];
}

const OPEN = 1;

/**
 * Measures the connections and messages of a `WebSocketServer` of ws, until the returned function
 * is called; who is connected by then is counted to the end. A server with `noServer` has to emit
 * `connection`, as ws documents it.
 *
 * @throws Error when the server is watched already.
 */
export function watchWebSockets(
  registry: AnyRegistry,
  server: WebSocketServerLike,
  options: WebSocketsOptions,
): () => void {
  const { endpoint } = options;
  const forget = watchedOnce(registry, server, `endpoint '${endpoint}'`);
  const clients = new Set<WebSocketLike>();
  const welcome = connections(registry, clients, options);
  for (const client of server.clients ?? []) welcome(client);
  // Before the listeners of others, whose first message would go by uncounted.
  server.prependListener('connection', welcome);
  const stops = [
    readAtScrape(registry, websocketConnections, () => [[{ endpoint }, clients.size]]),
    readAtScrape(registry, websocketSendBuffer, () => {
      const unsent = [...clients].map((client) => client.bufferedAmount);
      return [[{ endpoint }, unsent.reduce((sum, bytes) => sum + bytes, 0)]];
    }),
  ];
  return () => {
    server.off('connection', welcome);
    for (const stop of stops) stop();
    forget();
  };
}

function connections(
  registry: AnyRegistry,
  clients: Set<WebSocketLike>,
  options: WebSocketsOptions,
): (client: WebSocketLike) => void {
  const { endpoint } = options;
  const opened = register(websocketConnectionsOpened, registry);
  const closed = register(websocketConnectionsClosed, registry);
  for (const metric of [opened, closed]) metric.zero({ endpoint });
  const count = messageCount(registry, options);
  return (client) => {
    clients.add(client);
    opened.inc({ endpoint });
    let refused: Error | undefined;
    // Only a look: a listener for `error` itself would hide that the owner has none.
    client.on(errorMonitor, (error: Error) => {
      refused = error;
    });
    client.on('close', (code: number) => {
      clients.delete(client);
      closed.inc({ endpoint, close_code: closeCode(code, refused) });
    });
    client.on('message', (data: unknown, isBinary: boolean) => {
      count('in', isBinary ? undefined : data);
    });
    const send = client.send;
    client.send = (...args) => {
      if (client.readyState === OPEN) count('out', args[0]);
      send.apply(client, args);
    };
  };
}

/** After a frame that it refuses, ws reports 1006 whatever it told the client. */
function closeCode(code: number, refused?: NodeJS.ErrnoException) {
  if (refused?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return '1009';
  if (refused?.code?.startsWith('WS_ERR_')) return 'other';
  return closeCodes.find((known) => known === String(code)) ?? 'other';
}

function messageCount(registry: AnyRegistry, { endpoint, types = [], typeOf }: WebSocketsOptions) {
  const messages = register(websocketMessages, registry);
  for (const type of types) messages.zero({ endpoint, type });
  let last: { text: string; direction: Direction; types: readonly string[] } | undefined;
  const typesOf = (text: string, direction: Direction) => {
    // One text goes out to many clients: its type is worked out once.
    if (last?.text !== text || last.direction !== direction) {
      last = { text, direction, types: attempt(() => typeOf?.(text, direction)) };
    }
    return last.types;
  };
  return (direction: Direction, data: unknown) => {
    const text = typeOf && textOf(data);
    const found = text === undefined ? ['other'] : typesOf(text, direction);
    for (const type of found) messages.inc({ endpoint, direction, type });
  };
}

function textOf(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  return Buffer.isBuffer(data) ? data.toString() : undefined;
}

/** What a client sends may be anything, and so may what its reader throws. */
function attempt(read: () => string | readonly string[] | undefined): readonly string[] {
  try {
    const types = read() ?? 'other';
    return typeof types === 'string' ? [types] : types;
  } catch {
    return ['other'];
  }
}
