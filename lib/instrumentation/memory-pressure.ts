import { readFileSync } from 'node:fs';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';
import { memoryPressureEvents } from '../metrics/runtime.js';

type Level = 'warning' | 'critical';

export interface MemoryPressureOptions {
  /** Where the kernel says how long tasks wait for memory. @default - the container's, or else the machine's */
  readonly pressureFiles?: readonly string[];
  /** @default 5000 */
  readonly checkEveryMs?: number;
}

// Three semi-spaces of 16 MiB; with it, a heap of 100 MiB is full at 70 % of what V8 calls its limit.
const YOUNG_BYTES = 48 * 2 ** 20;
const HEAP = { warning: 0.85, critical: 0.95 };
// Percent of the last 10 s: some tasks waited for memory, or all of them and nothing was done.
const STALLED = { some: 10, full: 10 };
const kernelFiles: readonly string[] = ['/sys/fs/cgroup/memory.pressure', '/proc/pressure/memory'];

/**
 * Counts each time that memory becomes scarce, in the V8 heap or for the container as far as its
 * kernel tells, until the returned function is called.
 */
export function watchMemoryPressure(
  registry: AnyRegistry,
  { pressureFiles = kernelFiles, checkEveryMs = 5_000 }: MemoryPressureOptions = {},
): () => void {
  const events = register(memoryPressureEvents, registry);
  events.zero({});
  const report = (level: Level) => events.inc({ level });
  const heap = pressureEpisodes(report);
  const stalls = pressureEpisodes(report);
  const timer = setInterval(() => {
    heap(heapLevel(oldGeneration()));
    stalls(stallLevel(pressureText(pressureFiles)));
  }, checkEveryMs).unref();
  return () => clearInterval(timer);
}

/** Reports each level once from when memory gets scarce until it is not scarce any more. */
export function pressureEpisodes(report: (level: Level) => void) {
  const reported = new Set<Level>();
  return (level: Level | undefined) => {
    if (!level) {
      reported.clear();
    } else if (!reported.has(level)) {
      reported.add(level);
      report(level);
    }
  };
}

export function heapLevel({
  used,
  limit,
}: {
  readonly used: number;
  readonly limit: number;
}): Level | undefined {
  if (used >= limit * HEAP.critical) return 'critical';
  return used >= limit * HEAP.warning ? 'warning' : undefined;
}

/** What ends a process when it is full; the limit of V8 is that of the young generation as well. */
function oldGeneration() {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return {
    used: used_heap_size - (young?.space_used_size ?? 0),
    limit: heap_size_limit - YOUNG_BYTES,
  };
}

/** https://docs.kernel.org/accounting/psi.html: `some avg10=0.12 avg60=…`, and a line for `full`. */
export function stallLevel(text: string): Level | undefined {
  const share = (of: string) => Number(new RegExp(`^${of} avg10=([\\d.]+)`, 'm').exec(text)?.[1]);
  if (share('full') >= STALLED.full) return 'critical';
  return share('some') >= STALLED.some ? 'warning' : undefined;
}

/** The first that there is: kernels without it have no such file, or one that cannot be read. */
function pressureText(files: readonly string[]): string {
  for (const file of files) {
    try {
      return readFileSync(file, 'utf8');
    } catch {}
  }
  return '';
}
