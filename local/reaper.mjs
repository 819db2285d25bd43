// Outlives the runner by a moment, so that no program of ours outlives it for longer, even after `kill -9`.
// Its standard input is the runner: lines `+pid signal` and `-pid`, and the end when the runner is gone.
import { createInterface } from 'node:readline';

const PATIENCE_MS = 10_000;

const running = new Map();

// A Ctrl-C in the terminal is for the runner, which stops its programs in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [pid, signal] = line.slice(1).split(' ');
    if (line.startsWith('+')) running.set(Number(pid), signal);
    else running.delete(Number(pid));
  })
  .on('close', async () => {
    for (const [pid, signal] of running) send(pid, signal);
    const deadline = Date.now() + PATIENCE_MS;
    while (running.size > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const pid of running.keys()) send(pid, 0);
    }
    for (const pid of running.keys()) send(pid, 'SIGKILL');
    process.exit();
  });

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    running.delete(pid);
  }
}
