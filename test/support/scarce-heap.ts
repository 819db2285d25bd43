import { setTimeout } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { watchMemoryPressure } from '../../lib/instrumentation/memory-pressure';

/** Fills its heap until that is noticed, or the process ends. */
async function fill() {
  const registry = new Registry();
  watchMemoryPressure(registry, { pressureFiles: [], checkEveryMs: 1 });
  const held: number[][] = [];
  let seen = await registry.metrics();
  while (!seen.includes('{level="warning"} 1')) {
    held.push(Array.from({ length: 50_000 }, Math.random));
    await setTimeout(2);
    seen = await registry.metrics();
  }
  console.log(seen, held.length > 0);
}

void fill();
