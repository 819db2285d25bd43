import type { Program } from './process.js';
import { type Restartable, restartable } from './restartable.js';

/** Where parts are started one after the other, and stopped together. */
export interface Stage {
  /** Does a part of the start, and says how long it took. */
  readonly step: <T>(name: string, act: () => Promise<T>) => Promise<T>;
  /** Starts a program that is stopped with the rest. */
  readonly launch: (program: Program) => Promise<Restartable>;
  readonly onStop: (stop: () => unknown) => void;
  /** Aborted when the stop begins. */
  readonly stopping: AbortSignal;
  readonly stop: () => Promise<void>;
}

export function newStage(report: (line: string) => void): Stage {
  const stops: (() => unknown)[] = [];
  const stopping = new AbortController();
  return {
    async step(name, act) {
      const began = performance.now();
      const result = await act();
      report(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${name}`);
      return result;
    },
    async launch(program) {
      const part = restartable(program, report);
      stops.push(part.stop);
      await part.start();
      return part;
    },
    onStop: (stop) => stops.push(stop),
    stopping: stopping.signal,
    async stop() {
      stopping.abort();
      await Promise.allSettled(stops.splice(0).map(async (stop) => stop()));
    },
  };
}

/** Everything at once; when one fails, the others are awaited first, so that none starts after the stop. */
export async function together<T extends readonly unknown[]>(
  ...parts: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(parts);
  return Promise.all(parts) as unknown as Promise<T>;
}
