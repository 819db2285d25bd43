import type { Server } from 'node:http';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { closeCodes, type Metrics } from './metrics.js';

export interface ProgressSocket {
  /** Tells every client, together with what else happens within the same moment. */
  publish(progress: object): void;
  stop(): void;
}

const MAX_BATCH = 25;
const BATCH_MS = 250;
const MAX_MESSAGE_BYTES = 16_384;
const MAX_SEND_BUFFER_BYTES = 1_000_000;
const endpoint = '/ws';

/** The endpoint `/ws`, where clients hear the progress of tasks in batches. */
export function progressSocket(server: Server, metrics: Metrics): ProgressSocket {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.replace(/\?.*/s, '') !== endpoint) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => welcome(client, metrics.websocket));
  });
  metrics.onScrape(() => {
    const waiting = [...sockets.clients].map((client) => client.bufferedAmount);
    metrics.websocket.connections.set({ endpoint }, sockets.clients.size);
    metrics.websocket.sendBuffer.set(
      { endpoint },
      waiting.reduce((sum, bytes) => sum + bytes, 0),
    );
  });
  const batch = batches(metrics.websocket, (messages) => {
    for (const client of sockets.clients) send(client, messages, metrics.websocket);
  });
  return {
    publish: batch.add,
    stop() {
      batch.flush('shutdown');
      for (const client of sockets.clients) client.close(1001);
    },
  };
}

function welcome(client: WebSocket, { opened, closed, messages }: Metrics['websocket']) {
  opened.inc({ endpoint });
  let refused: number | undefined;
  // After a frame that it refuses, ws reports 1006 whatever it told the client.
  client.on('error', (error: NodeJS.ErrnoException) => {
    refused = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 1009 : undefined;
  });
  client.on('close', (code) => {
    const known = String(refused ?? code);
    closed.inc({ endpoint, close_code: closeCodes.includes(known) ? known : 'other' });
  });
  client.on('message', (data) => {
    const isPing = text(data) === 'ping';
    messages.inc({ endpoint, direction: 'in', type: isPing ? 'ping' : 'other' });
    if (!isPing) return;
    client.send('pong');
    messages.inc({ endpoint, direction: 'out', type: 'pong' });
  });
}

function text(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

function send(client: WebSocket, progress: readonly object[], { messages }: Metrics['websocket']) {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_SEND_BUFFER_BYTES) {
    client.close(1013, 'too slow');
    return;
  }
  client.send(JSON.stringify(progress));
  messages.inc({ endpoint, direction: 'out', type: 'progress' }, progress.length);
}

function batches(
  { batchSize, batchDelay, batchFlushes }: Metrics['websocket'],
  deliver: (messages: readonly object[]) => void,
) {
  let pending: object[] = [];
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (reason: 'size' | 'timer' | 'shutdown') => {
    clearTimeout(timer);
    if (pending.length === 0) return;
    const messages = pending;
    pending = [];
    batchSize.observe({ endpoint }, messages.length);
    batchDelay.observe({ endpoint }, (performance.now() - since) / 1000);
    batchFlushes.inc({ endpoint, reason });
    deliver(messages);
  };
  const add = (message: object) => {
    if (pending.push(message) === 1) {
      since = performance.now();
      timer = setTimeout(flush, BATCH_MS, 'timer');
    }
    if (pending.length >= MAX_BATCH) flush('size');
  };
  return { add, flush };
}
