import { spawnSync } from 'node:child_process';
import { environments } from './environments.js';

/** The environment's name if it is declared; otherwise the process ends with the names that are. */
export function declaredEnvironment(name: string | undefined): string {
  const names = Object.keys(environments);
  if (name !== undefined && names.includes(name)) return name;
  console.error(
    `bin/environments.ts: no environment '${name ?? ''}', use one of ${names.join(', ')}`,
  );
  process.exit(2);
}

/** Runs the project's own CDK CLI in this terminal and gives its exit code. */
export function cdk(args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const cli = require.resolve('aws-cdk/bin/cdk');
  return spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit', env }).status ?? 1;
}
