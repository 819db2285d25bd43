const BUSY_MS = 20;

/** Burns most of a core, and lets the event loop take a turn after each short slice. */
export function burnCpu(): { mend(): void } {
  const burn = () => {
    const end = performance.now() + BUSY_MS;
    while (performance.now() < end);
  };
  // At its next turn the loop waits for a millisecond, in which what has arrived is taken.
  const timer = setInterval(burn, BUSY_MS + 1);
  return { mend: () => clearInterval(timer) };
}
