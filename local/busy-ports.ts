import { connect, createServer } from 'node:net';
import { knownPorts, type Part, type Ports, parts } from './environment.js';
import { MAX_OFFSET } from './options.js';

const OFFSET_STEP = 100;

/** One sentence for each port that somebody else listens on, and what to do about it. */
export async function busyPortProblems(ports: Ports): Promise<string[]> {
  const offset = nextOffset(ports.backend - knownPorts.backend);
  const problems = await Promise.all(parts.map((part) => problem(part, ports[part], offset)));
  return problems.filter((one) => one !== undefined);
}

function nextOffset(current: number): number {
  return current + OFFSET_STEP > MAX_OFFSET ? OFFSET_STEP : current + OFFSET_STEP;
}

async function problem(part: Part, port: number, otherOffset: number): Promise<string | undefined> {
  if (!(await isBusy(port))) return undefined;
  return `port ${port} (${words(part)}) is busy; see who has it with \`lsof -i :${port}\` and stop that, or move all ports with --port-offset ${otherOffset}`;
}

function words(part: Part): string {
  return part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

// Listening is not proof enough: macOS lets us take 127.0.0.1 while another server has the port on all
// addresses, and then the browser's localhost is that other one.
async function isBusy(port: number): Promise<boolean> {
  return (await connects(port)) || !(await canListen(port));
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost', timeout: 1000 });
    const settle = (connected: boolean) => () => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
    socket.once('timeout', settle(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
