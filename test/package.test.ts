import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');

let project: string;
let packed: string[];

const run = (command: string, args: readonly string[], cwd = project) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'package-'));
  const [tarball] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], root));
  packed = tarball.files.map(({ path }: { path: string }) => path);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  run('npm', ['install', ...quiet, `./${tarball.filename}`]);
}, 120_000);

afterAll(() => rmSync(project, { recursive: true }));

const program = `
const registry = new Registry();
expressMetrics(registry)({ headers: {}, socket: { once() {} } }, { once() {} }, () => {});
register(counter('cells_total', 'Cells', { kind: ['round'] }), registry).inc({ kind: 'round' });
registry.metrics().then((text) => console.log(/^cells_total.*/m.exec(text)?.[0] ?? 'nothing'));
`;

const typedProgram = `
import { createServer } from 'node:http';
import { Registry } from 'prom-client';
import { counter, expressMetrics, fastifyMetrics, measured, register } from 'spheroseg-monitoring/metrics';

const registry = new Registry();
createServer(measured(registry, (_request, response) => response.end(), { route: () => '/' }));
const cells = register(counter('cells_total', 'Cells', { kind: ['round'] }), registry);
cells.inc({ kind: 'round' });
// @ts-expect-error: a value that is not in the set
cells.inc({ kind: 'square' });
export const all = [expressMetrics(registry), fastifyMetrics(registry)];
`;

describe('the package', () => {
  test('has what a backend runs and reads, and nothing of the deployment', () => {
    const others = packed.filter((path) => !path.startsWith('dist/'));
    const folders = packed.map((path) => /^dist\/([^/]+)\//.exec(path)?.[1]);

    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(new Set(folders)).toEqual(new Set(['instrumentation', 'metrics', undefined]));
  });

  test('brings prom-client alone: no AWS CDK, nothing that only develops this repository', () => {
    const lock = readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8');
    const installed = Object.keys(JSON.parse(lock).packages).map((path) =>
      path.slice('node_modules/'.length),
    );

    expect(installed.sort()).toEqual([
      '@opentelemetry/api',
      'bintrees',
      'prom-client',
      'spheroseg-monitoring',
      'tdigest',
    ]);
  });

  test.each([
    [
      'require',
      'main.cjs',
      `const { counter, expressMetrics, register } = require('spheroseg-monitoring/metrics');
       const { Registry } = require('prom-client');`,
    ],
    [
      'import',
      'main.mjs',
      `import { counter, expressMetrics, register } from 'spheroseg-monitoring/metrics';
       import { Registry } from 'prom-client';`,
    ],
  ])('runs after %s', (_how, file, imports) => {
    writeFileSync(join(project, file), `${imports}${program}`);

    const printed = run(process.execPath, [file]);

    expect(printed).toBe('cells_total{kind="round"} 1\n');
  });

  test('is one instance for require and import, with the same functions', () => {
    writeFileSync(
      join(project, 'same.mjs'),
      `import { createRequire } from 'node:module';
       import * as imported from 'spheroseg-monitoring/metrics';
       const required = createRequire(import.meta.url)('spheroseg-monitoring/metrics');
       const names = Object.keys(required);
       console.log(names.length > 5 && names.every((name) => imported[name] === required[name]));`,
    );

    expect(run(process.execPath, ['same.mjs'])).toBe('true\n');
  });

  test('offers nothing but its entry', () => {
    const deep = ["require('spheroseg-monitoring/dist/instrumentation/index.js')"];

    expect(() => run(process.execPath, ['-e', ...deep])).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test.each([
    ['node16', 'node16', 'commonjs'],
    ['node16', 'node16', 'module'],
    ['nodenext', 'nodenext', 'commonjs'],
    ['nodenext', 'nodenext', 'module'],
    ['bundler', 'esnext', 'module'],
  ])(
    'has its types for %s resolution, %s modules in a %s project',
    (moduleResolution, module, type) => {
      const folder = join(project, `${moduleResolution}-${type}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
      writeFileSync(join(folder, 'main.ts'), typedProgram);
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...strict, module, moduleResolution } }),
      );

      const tsc = () => run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]);

      expect(tsc()).toBe('');
    },
  );

  test('declares nothing by a package that the user may not have', () => {
    const declarations = packed.filter((path) => path.endsWith('.d.ts'));
    const imports = declarations.flatMap((path) => [
      ...readFileSync(join(project, 'node_modules/spheroseg-monitoring', path), 'utf8').matchAll(
        /(?:from |import\(|types=)['"]([^'".][^'"]*)['"]/g,
      ),
    ]);

    expect(readdirSync(join(project, 'node_modules'))).not.toContain('@types');
    expect(new Set(imports.map(([, name]) => name?.replace(/^node:.*/, 'node')))).toEqual(
      new Set(['node', 'prom-client']),
    );
  });
});

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};
