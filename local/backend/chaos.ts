import type { Pool } from 'pg';
import { burnCpu } from './cpu-burn.js';
import { holdHeap } from './heap-hold.js';
import { json, type Route } from './http.js';
import { leakPool } from './pool-leak.js';

/** What can be broken on purpose, for real, and what is seen then. */
export const faults = {
  errors: 'about half of the API requests run a statement that fails: 500',
  pool: 'every connection of the pool sits in an open transaction: requests wait, then 503',
  slow: 'the list of cells takes three seconds in the database',
  queue: 'the ML workers take no task: the queue grows',
  backlog: 'each ML task takes two seconds longer: more come in than are finished',
  ratelimit: 'one request per second is allowed: 429',
  cache: 'every key is new: each lookup misses, in memory and in Redis',
  memory: 'more than 80 % of the heap is held on to',
  cpu: 'more than 90 % of a core is burnt, in slices between which requests are answered',
} as const;

export type Fault = keyof typeof faults;

interface Mendable {
  mend(): void | Promise<void>;
}

/** Those that do something by themselves; of the others, the parts that are concerned ask. */
const begin: Partial<Record<Fault, (pool: Pool) => Mendable>> = {
  pool: leakPool,
  memory: holdHeap,
  cpu: burnCpu,
};

/** Which faults are there now, and the routes under `/chaos` that make and mend them. */
export function chaos(pool: Pool, report: (line: string) => void) {
  const broken = new Map<Fault, Mendable | undefined>();
  const state = () => json(200, { broken: [...broken.keys()], faults });

  const doBreak = (fault: Fault) => {
    if (broken.has(fault)) return;
    broken.set(fault, begin[fault]?.(pool));
    report(`broken: ${fault}`);
  };
  const mend = async (fault: Fault) => {
    if (!broken.has(fault)) return;
    const begun = broken.get(fault);
    broken.delete(fault);
    await begun?.mend();
    report(`mended: ${fault}`);
  };
  const route = (method: string, act: (fault: Fault) => void | Promise<void>): Route => ({
    method,
    path: '/chaos/:name',
    operates: true,
    async answer({ params: { name = '' } }) {
      if (!isFault(name)) return json(404, { error: `no fault '${name}'`, faults });
      await act(name);
      return state();
    },
  });

  return {
    has: (fault: Fault) => broken.has(fault),
    mendAll: () => Promise.all([...broken.keys()].map(mend)),
    routes: [
      { method: 'GET', path: '/chaos', operates: true, answer: state },
      route('PUT', doBreak),
      route('DELETE', mend),
    ] satisfies Route[],
  };
}

export type Chaos = ReturnType<typeof chaos>;

function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name);
}
