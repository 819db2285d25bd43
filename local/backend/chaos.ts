import type { Pool } from 'pg';
import { json, type Route } from './http.js';
import { leakPool } from './pool-leak.js';

/** What can be broken on purpose, for real, and what is seen then. */
export const faults = {
  errors: 'about half of the API requests run a statement that fails: 500',
  pool: 'every connection of the pool sits in an open transaction: requests wait, then 503',
  slow: 'the list of cells takes three seconds in the database',
  queue: 'the ML workers take no task: the queue grows',
  ratelimit: 'one request per second is allowed: 429',
  cache: 'every key is new: each lookup misses',
} as const;

export type Fault = keyof typeof faults;

/** Which faults are there now, and the routes under `/chaos` that make and mend them. */
export function chaos(pool: Pool, report: (line: string) => void) {
  const mends = new Map<Fault, () => Promise<void>>();
  const state = () => json(200, { broken: [...mends.keys()], faults });

  const doBreak = (fault: Fault) => {
    if (mends.has(fault)) return;
    mends.set(fault, fault === 'pool' ? leakPool(pool).mend : async () => {});
    report(`broken: ${fault}`);
  };
  const mend = async (fault: Fault) => {
    const undo = mends.get(fault);
    if (!undo) return;
    mends.delete(fault);
    await undo();
    report(`mended: ${fault}`);
  };
  const route = (method: string, act: (fault: Fault) => void | Promise<void>): Route => ({
    method,
    path: '/chaos/:name',
    async answer({ params: { name = '' } }) {
      if (!isFault(name)) return json(404, { error: `no fault '${name}'`, faults });
      await act(name);
      return state();
    },
  });

  return {
    has: (fault: Fault) => mends.has(fault),
    mendAll: () => Promise.all([...mends.keys()].map(mend)),
    routes: [
      { method: 'GET', path: '/chaos', answer: state },
      route('PUT', doBreak),
      route('DELETE', mend),
    ] satisfies Route[],
  };
}

export type Chaos = ReturnType<typeof chaos>;

function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name);
}
