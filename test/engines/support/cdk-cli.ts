import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { cleanEnvironment } from '../../../local/process.js';
import { type Emulator, place } from './emulator.js';

/** How a command of the CLI ended. */
export interface CliResult {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
  readonly seconds: number;
}

/** The project's own CDK CLI, unmodified, against the emulator. */
export async function cdk(
  emulator: Pick<Emulator, 'environment' | 'log'>,
  args: readonly string[],
  cwd = process.cwd(),
): Promise<CliResult> {
  const cli = require.resolve('aws-cdk/bin/cdk');
  const env = {
    ...cleanEnvironment(),
    ...emulator.environment,
    // Otherwise it would read the ~/.cdk.json of whoever runs this.
    HOME: dirname(emulator.log),
    CI: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const began = Date.now();
  return new Promise((resolve) => {
    const options = { env, cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [cli, '--no-color', ...args], options, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, text: stdout + stderr, seconds: (Date.now() - began) / 1000 });
    });
  });
}

export function bootstrap(emulator: Emulator): Promise<CliResult> {
  // In a folder without cdk.json, or it would synthesize the app into cdk.out first, and refuse to while
  // somebody else does.
  const folder = dirname(emulator.log);
  return cdk(emulator, ['bootstrap', `aws://${place.account}/${place.region}`], folder);
}

/** Deploys every stack of an assembly, as `npm run deploy` does. */
export function deploy(emulator: Emulator, assembly: string): Promise<CliResult> {
  return cdk(emulator, ['deploy', '*/*', '--app', assembly, '--require-approval', 'never']);
}
