const PARENT_CHECK_MS = 1000;
// The terminal sends a Ctrl-C to npm as well, which passes it on.
const SAME_REQUEST_MS = 500;

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The two ways in which this process ends itself; whichever comes first counts. */
export interface Ending {
  readonly end: (exitCode: number) => void;
  readonly fail: (error: unknown) => void;
  readonly hasBegun: () => boolean;
}

/** Calls `stop` once, when this process is to end in any of the usual ways, and then ends it. */
export function onStopRequest(stop: () => Promise<void>): Ending {
  let askedAt: number | undefined;
  const end = (exitCode: number) => {
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    stop()
      .catch((error) => console.error(error))
      .finally(() => process.exit(exitCode));
  };
  const fail = (error: unknown) => {
    // What is being stopped may well fail.
    if (askedAt === undefined) console.error(error instanceof Error ? error.message : error);
    end(1);
  };
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (askedAt === undefined) return end(code);
      // Asked twice, nothing is waited for: local/reaper.mjs ends what still runs.
      if (performance.now() - askedAt > SAME_REQUEST_MS) process.exit(code);
    });
  }
  process.on('uncaughtException', fail);
  // A terminal that is gone refuses what is printed, which is no reason to stop in disorder.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  stopWithParent(() => end(1));
  return { end, fail, hasBegun: () => askedAt !== undefined };
}

// npm and tsx stand between the terminal and this process, and may be killed without passing that on.
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}
