import type { Tier } from './cache.js';

export interface CellsCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  /** A value has changed: what all processes share learns it, and this process reads it there when it is asked. */
  replace(key: string, value: string): Promise<void>;
}

/** The memory of this process before what all processes share; a tier that fails is one that has nothing. */
export function cellsCache(memory: Tier, shared: Tier | undefined): CellsCache {
  const tiers = [memory, ...(shared ? [shared] : [])];
  return {
    async get(key) {
      for (const tier of tiers) {
        const value = await attempt(() => tier.get(key));
        if (value === undefined || value === null) continue;
        if (tier !== memory) await memory.set(key, value);
        return value;
      }
      return undefined;
    },
    async set(key, value) {
      await Promise.all(tiers.map((tier) => attempt(() => tier.set(key, value))));
    },
    async replace(key, value) {
      await attempt(() => shared?.set(key, value));
      await memory.del(key);
    },
  };
}

/** The value is in the database in any case, and the failure is counted where it happened. */
async function attempt<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}
