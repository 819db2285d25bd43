import { setTimeout as pause } from 'node:timers/promises';
import { output } from '../../../local/process.js';

// More than local/reaper.mjs waits, which ends the engines in order.
const PATIENCE_MS = 15_000;

/** Ends all that this process started, and what that started, and waits until it is gone. */
export async function stopDescendants(): Promise<void> {
  const pids = descendants(await processes(), process.pid);
  for (const pid of pids) send(pid, 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (pids.some((pid) => send(pid, 0)) && Date.now() < deadline) await pause(100);
  for (const pid of pids) send(pid, 'SIGKILL');
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

async function processes(): Promise<Process[]> {
  // A machine without it has the reaper.
  const printed = await output('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => '');
  return printed
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent };
    });
}

function descendants(all: readonly Process[], of: number): number[] {
  const children = all.filter(({ parent }) => parent === of).map(({ pid }) => pid);
  return children.flatMap((pid) => [pid, ...descendants(all, pid)]);
}

/** Whether there was such a process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
