import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentRules } from '../../lib/alerting/environment-rules.js';
import { type Breakable, breakNames, breaksOf } from '../../local/breaks.js';
import { knownPorts, localTargets } from '../../local/environment.js';

const part = { name: 'part', pid: () => 1, start: async () => {}, stop: async () => {} };

const parts: Breakable = {
  ...{ backend: part, redis: part, nodeExporter: part, nodeDiscovery: part },
  backendUrl: 'http://127.0.0.1:1',
  postgres: { primary: part, replica: part, pauseReplay: part.start, resumeReplay: part.stop },
  volume: undefined,
};

const breaks = breaksOf(parts);
const all = breakNames.map((name) => breaks[name]);
const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('breaksOf', () => {
  test('gives each break a key of its own, none of which stops everything', () => {
    const keys = all.map(({ key }) => key);

    expect(new Set([...keys, 'q']).size).toBe(keys.length + 1);
  });

  test.each(breakNames)('the key of %s is a letter of its name', (name) => {
    expect(name).toContain(breaks[name].key);
  });

  test('expects no alert that no rule makes', () => {
    const environment = { targets: localTargets(knownPorts) };
    const rules = environmentRules({
      environmentName: 'local',
      environment,
      folder: join(root, 'rules'),
    });
    const names = rules.flatMap(({ text }) =>
      [...text.matchAll(/alert: (\w+)/g)].map(([, one]) => one),
    );

    const expected = all.flatMap(({ alert, companions = [] }) => [
      alert,
      ...companions.map((companion) => companion.alert),
    ]);

    expect(expected.filter((alert) => !names.includes(alert))).toEqual([]);
  });

  test('says why a disk cannot be filled where there is no small one', () => {
    expect(breaks.disk.unavailable).toMatch(/does not let us mount/);
  });

  test.each(breakNames)('the README names %s', (name) => {
    expect(read('README.md')).toContain(`\`${name}\``);
  });
});
