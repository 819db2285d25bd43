import { readdirSync, readFileSync } from 'node:fs';
import type { Channel } from '../../../lib/notifications/channels.js';
import { environmentName } from './emulated-app.js';
import type { Emulator } from './emulator.js';

/** Ends the processes of a channel's function at once, as Lambda may at any time; gives how many there were. */
export function killFunction({ pid }: Emulator, channel: Channel): number {
  const secret = `SECRET_NAME=spheroseg/${environmentName}/${channel}`;
  const pids = childrenOf(pid).filter((child) => environmentOf(child).includes(secret));
  for (const child of pids) process.kill(child, 'SIGKILL');
  return pids.length;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

// The second field is the name of the command, in parentheses, and may hold anything.
function parentOf(pid: number): number | undefined {
  const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readable(`/proc/${pid}/stat`)) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function environmentOf(pid: number): string[] {
  return readable(`/proc/${pid}/environ`).split('\0');
}

/** Empty when the process has ended meanwhile. */
function readable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
