import { Registry } from 'prom-client';
import { watchedOnce } from '../../lib/instrumentation/watched-once';

describe('watchedOnce', () => {
  test('refuses what is watched already in the same registry, until that is stopped', () => {
    const registry = new Registry();
    const pool = {};
    const stop = watchedOnce(registry, pool, "pool 'primary'");

    expect(() => watchedOnce(registry, pool, "pool 'primary'")).toThrow(
      "pool 'primary' is already watched in this registry; stop watching it first",
    );

    watchedOnce(new Registry(), pool, "pool 'primary'");
    stop();
    expect(() => watchedOnce(registry, pool, "pool 'primary'")).not.toThrow();
  });

  test('refuses a registry that is missing', () => {
    const { registry } = JSON.parse('{}');

    expect(() => watchedOnce(registry, {}, "pool 'primary'")).toThrow(
      /^registry must be a Registry of prom-client, got undefined/,
    );
  });
});
