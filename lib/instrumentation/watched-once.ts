import type { AnyRegistry } from '../metrics/label-guard.js';

const watched = new WeakMap<AnyRegistry, WeakSet<object>>();

/**
 * Notes that something is watched, until the returned function is called.
 *
 * @throws Error when it is watched already: each event would be counted twice.
 */
export function watchedOnce(registry: AnyRegistry, thing: object, name: string): () => void {
  const things = watched.get(registry) ?? new WeakSet();
  watched.set(registry, things);
  if (things.has(thing)) {
    throw new Error(`${name} is already watched in this registry; stop watching it first`);
  }
  things.add(thing);
  return () => things.delete(thing);
}
