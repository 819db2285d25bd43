import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type Definition, exporters, nodejs } from '../../lib/metrics';

const folder = join(__dirname, '../../lib/metrics');

describe('catalogue', () => {
  test('has every definition that a file exports', async () => {
    const files = readdirSync(folder).map((file) => file.replace('.ts', ''));
    const modules = await Promise.all(files.map((file) => import(join(folder, `${file}.ts`))));

    const defined = modules
      .flatMap((one) => Object.values<Partial<Definition>>(one))
      .filter(({ aggregator }) => aggregator !== undefined);

    expect(new Set(Object.values(catalogue).flat())).toEqual(new Set(defined));
  });
});

describe('exporters and nodejs', () => {
  test.each([...nodejs, ...Object.values(exporters).flat()])(
    '$name says what it is, and with which labels',
    ({ type, help, labels }) => {
      expect(['counter', 'gauge', 'histogram', 'summary', 'untyped']).toContain(type);
      expect(help).toMatch(/^[A-Z0-9].*[^.]$/);
      expect(new Set(labels).size).toBe(labels.length);
    },
  );
});
