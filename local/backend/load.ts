import { Agent, type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';

export interface Load {
  /** Sends nothing more and closes every connection. */
  stop(): void;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

const TICK_MS = 50;
const MAX_IN_FLIGHT = 100;
const PATIENCE_MS = 10_000;
const LISTENERS = 3;
const RECONNECT_MS = 1_000;
const PING_MS = 5_000;

/** Steady traffic as the product's clients make it, which goes on while the backend is down. */
export function startLoad(options: { url: string; requestsPerSecond: number }): Load {
  const agent = new Agent({ keepAlive: true });
  const listeners = Array.from({ length: LISTENERS }, () => listener(options.url));
  const state = { inFlight: 0, sent: 0, last: '/api/segmentations/1' };
  const started = Date.now();

  const send = (call: Call) => {
    state.inFlight += 1;
    const sent = request(new URL(call.path, options.url), {
      agent,
      method: call.method,
      timeout: PATIENCE_MS,
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('response', (response: IncomingMessage) => {
      state.last = response.headers.location ?? state.last;
      response.on('error', () => {}).resume();
    });
    // A backend that is down is what the load is there to show; the next request tries again.
    sent.on('error', () => {});
    sent.once('close', () => {
      state.inFlight -= 1;
    });
    sent.end(call.body && JSON.stringify(call.body));
  };

  const timer = setInterval(() => {
    const due = ((Date.now() - started) / 1000) * options.requestsPerSecond;
    // What could not be sent in time is left out: catching up would be a burst, not steady traffic.
    state.sent = Math.max(state.sent, Math.floor(due - options.requestsPerSecond));
    for (; state.sent < due; state.sent += 1) {
      if (state.inFlight < MAX_IN_FLIGHT) send(mix(state.sent, state.last));
    }
  }, TICK_MS);
  return {
    stop() {
      clearInterval(timer);
      agent.destroy();
      for (const each of listeners) each.stop();
    },
  };
}

/** Of twenty requests: eleven cells out of the few that are popular, four segmentations, three looks at one, two lists. */
function mix(number: number, lastSegmentation: string): Call {
  const turn = number % 20;
  if (turn % 10 === 0) return { method: 'GET', path: '/api/cells' };
  if (turn % 5 === 1) return { method: 'POST', path: '/api/segmentations', body: wanted(number) };
  if (turn % 5 === 3 && turn < 15) return { method: 'GET', path: lastSegmentation };
  return { method: 'GET', path: `/api/cells/${1 + (Math.floor(number / 2) % 20)}` };
}

function wanted(number: number) {
  return { cellId: 1 + (number % 200), model: number % 3 === 0 ? 'spheroids' : 'cells' };
}

function listener(url: string): Load {
  let socket: WebSocket;
  let retry: NodeJS.Timeout | undefined;
  const connect = () => {
    socket = new WebSocket(new URL('/ws', url.replace(/^http/, 'ws')));
    // `close` follows each error, and brings the next attempt.
    socket.on('error', () => {});
    socket.once('close', () => {
      retry = setTimeout(connect, RECONNECT_MS);
    });
  };
  connect();
  const ping = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send('ping');
  }, PING_MS);
  return {
    stop() {
      clearInterval(ping);
      socket.removeAllListeners('close').terminate();
      clearTimeout(retry);
    },
  };
}
