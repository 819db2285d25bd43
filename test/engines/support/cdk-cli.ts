import { execFile } from 'node:child_process';
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
export async function cdk(emulator: Emulator, args: readonly string[]): Promise<CliResult> {
  const cli = require.resolve('aws-cdk/bin/cdk');
  const env = {
    ...cleanEnvironment(),
    ...emulator.environment,
    CI: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const began = Date.now();
  return new Promise((resolve) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [cli, '--no-color', ...args], options, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, text: stdout + stderr, seconds: (Date.now() - began) / 1000 });
    });
  });
}

export function bootstrap(emulator: Emulator): Promise<CliResult> {
  return cdk(emulator, ['bootstrap', `aws://${place.account}/${place.region}`]);
}

/** Deploys every stack of an assembly, as `npm run deploy` does. */
export function deploy(emulator: Emulator, assembly: string): Promise<CliResult> {
  return cdk(emulator, ['deploy', '*/*', '--app', assembly, '--require-approval', 'never']);
}
