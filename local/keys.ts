import { emitKeypressEvents } from 'node:readline';
import type { Switchboard } from './breaks/switchboard.js';
import { type Breaks, breakNames } from './breaks.js';

/** Lets the keys of a terminal toggle breaks; without a terminal there are none. */
export function watchKeys(breaks: Breaks, switches: Switchboard, quit: () => void): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  emitKeypressEvents(stdin);
  // Without echo and without waiting for Enter; the terminal then leaves Ctrl-C to us as well.
  stdin.setRawMode(true);
  process.once('exit', () => stdin.setRawMode(false));
  stdin.on('keypress', (_, key: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key.name === 'q' || (key.ctrl && key.name === 'c')) return quit();
    const name = breakNames.find((one) => breaks[one].key === key.name);
    if (name) void switches.toggle(name);
  });
}
