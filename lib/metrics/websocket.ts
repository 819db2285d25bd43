import { counter, gauge, histogram, upTo } from './define.js';

const endpoint = upTo(5);

/** RFC 6455, section 7.4.1, as far as servers and browsers use them. */
export const closeCodes = [
  '1000',
  '1001',
  '1005',
  '1006',
  '1008',
  '1009',
  '1011',
  '1013',
  'other',
] as const;

export const websocketConnections = gauge('websocket_connections', 'Open WebSocket connections', {
  endpoint,
});

export const websocketConnectionsOpened = counter(
  'websocket_connections_opened_total',
  'WebSocket connections opened',
  { endpoint },
);

export const websocketConnectionsClosed = counter(
  'websocket_connections_closed_total',
  'WebSocket connections closed',
  { endpoint, close_code: closeCodes },
);

export const websocketMessages = counter('websocket_messages_total', 'WebSocket messages', {
  endpoint,
  direction: ['in', 'out'],
  type: upTo(20),
});

export const websocketSendBuffer = gauge(
  'websocket_send_buffer_bytes',
  'Bytes that wait for slow clients',
  { endpoint },
);

export const websocketBatchSize = histogram(
  'websocket_batch_size_messages',
  'Messages in one flushed batch',
  { endpoint },
  [1, 2, 5, 10, 25, 50, 100, 250, 500],
);

export const websocketBatchFlushes = counter('websocket_batch_flushes_total', 'Flushed batches', {
  endpoint,
  reason: ['size', 'timer', 'shutdown'],
});

export const websocketBatchDelay = histogram(
  'websocket_batch_delay_seconds',
  'Age of the oldest message of a batch at its flush',
  { endpoint },
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
);
