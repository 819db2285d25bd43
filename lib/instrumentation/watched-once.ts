import { type AnyRegistry, refuseOtherThanRegistry } from '../metrics/label-guard.js';

const watched = new WeakMap<AnyRegistry, WeakSet<object>>();

/**
 * Notes that something is watched, until the returned function is called.
 *
 * @throws Error when there is no registry, or it is watched already: each event would be counted twice.
 */
export function watchedOnce(registry: AnyRegistry, thing: object, name: string): () => void {
  refuseOtherThanRegistry(registry);
  const things = watched.get(registry) ?? new WeakSet();
  watched.set(registry, things);
  if (things.has(thing)) {
    throw new Error(`${name} is already watched in this registry; stop watching it first`);
  }
  things.add(thing);
  return () => things.delete(thing);
}
