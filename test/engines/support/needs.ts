import type { Report } from './cached.js';
import { cortexBinary } from './cortex-binary.js';
import { emulatorPython } from './emulator-install.js';

/** Something that is made on this machine, and the tests that are nothing without it. */
interface Need {
  readonly prepare: (report: Report) => Promise<string>;
  readonly tests: readonly string[];
}

const emulated = 'test/engines/emulated/';

const needs: readonly Need[] = [
  { prepare: cortexBinary, tests: [emulated, 'test/engines/differential/cortex.test.ts'] },
  { prepare: emulatorPython, tests: [emulated] },
];

/** What cannot be tested here, and why. */
export interface LeftOut {
  readonly tests: readonly string[];
  readonly reason: string;
}

/** Makes everything ready that can be; the rest is left out. */
export async function prepared(report: Report): Promise<LeftOut[]> {
  const all = await Promise.all(
    needs.map(({ prepare, tests }) =>
      prepare(report).then(
        () => [],
        (error: Error) => [{ tests, reason: error.message }],
      ),
    ),
  );
  return all.flat();
}

/** The command line of Jest that tests the rest. */
export function jestArguments(options: readonly string[], leftOut: readonly LeftOut[]): string[] {
  const paths = new Set(leftOut.flatMap(({ tests }) => tests));
  return [
    // Beside another file Cortex has been seen to end; why is not known yet.
    ...['--config', 'jest.engines.config.cjs', '--runInBand'],
    ...options,
    // Behind what was asked for: it takes every word that follows for one more path.
    ...[...paths].map((path) => `--testPathIgnorePatterns=/${path}`),
    // Whoever asked for what is left out has been told.
    ...(paths.size > 0 ? ['--passWithNoTests'] : []),
  ];
}
