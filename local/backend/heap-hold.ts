import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Of the limit: above the 80 % of an alert, below what ends the process.
const HELD_RATIO = 0.83;
const TICK_MS = 100;
const CHUNKS_PER_TICK = 16;
const CHUNK_NUMBERS = 131_072;

/** Holds on to so much of the heap, a little more with each tick so that requests are answered meanwhile. */
export function holdHeap(): { mend(): void } {
  const held: number[][] = [];
  const fill = () => {
    const { used_heap_size, heap_size_limit } = getHeapStatistics();
    const missing = heap_size_limit * HELD_RATIO - used_heap_size;
    const chunks = Math.min(CHUNKS_PER_TICK, Math.floor(missing / (CHUNK_NUMBERS * 8)));
    for (let count = 0; count < chunks; count += 1) {
      // Numbers with a fraction, in which the garbage collector has nothing to follow.
      held.push(new Array<number>(CHUNK_NUMBERS).fill(0.5));
    }
  };
  const timer = setInterval(fill, TICK_MS);
  return {
    mend() {
      clearInterval(timer);
      held.length = 0;
      collectGarbage();
    },
  };
}

/** A heap that is hardly used any more looks full until V8 sees a reason to look at it again. */
function collectGarbage() {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
