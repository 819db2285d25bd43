import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { messageBatches, watchWebSockets } from '../../lib/instrumentation/index.js';

export interface Progress {
  readonly type: 'progress';
  readonly id: number;
  readonly state: 'active' | 'done';
}

export interface ProgressSocket {
  /** Tells every client, together with what else happens within the same moment. */
  publish(progress: Progress): void;
  stop(): void;
}

const MAX_BATCH = 25;
const BATCH_MS = 250;
const MAX_MESSAGE_BYTES = 16_384;
const MAX_SEND_BUFFER_BYTES = 1_000_000;
const endpoint = '/ws';

/** The endpoint `/ws`, where clients hear the progress of tasks in batches. */
export function progressSocket(server: Server, registry: Registry): ProgressSocket {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  watchWebSockets(registry, sockets, {
    endpoint,
    types: ['progress', 'ping', 'pong', 'other'],
    typeOf,
  });
  sockets.on('connection', answerPings);
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.replace(/\?.*/s, '') !== endpoint) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      sockets.emit('connection', client, request);
    });
  });
  const batch = messageBatches<Progress>(registry, {
    endpoint,
    maxMessages: MAX_BATCH,
    maxDelayMs: BATCH_MS,
    send(messages) {
      for (const client of sockets.clients) send(client, messages);
    },
  });
  return {
    publish: batch.add,
    stop() {
      batch.stop();
      for (const client of sockets.clients) client.close(1001);
    },
  };
}

/** What a client sends may be anything; what goes out is ours. */
function typeOf(text: string, direction: 'in' | 'out'): string | string[] {
  if (direction === 'in') return text === 'ping' ? 'ping' : 'other';
  return text === 'pong' ? 'pong' : JSON.parse(text).map(({ type }: Progress) => type);
}

function answerPings(client: WebSocket) {
  // A frame that ws refuses is reported here, and would end the process unheard.
  client.on('error', () => {});
  client.on('message', (data) => {
    if (text(data) === 'ping') client.send('pong');
  });
}

function text(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

function send(client: WebSocket, progress: readonly Progress[]) {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_SEND_BUFFER_BYTES) {
    client.close(1013, 'too slow');
    return;
  }
  client.send(JSON.stringify(progress));
}
