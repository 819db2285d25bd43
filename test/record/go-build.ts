import { output } from '../../local/process.js';

/** Runs Go for as long as it takes, and gives way to whoever works on this machine. */
export async function go(args: readonly string[], folder: string): Promise<void> {
  await polite('go', args, folder);
}

/** The same for a program that calls Go itself. */
export async function polite(command: string, args: readonly string[], folder: string) {
  await output('nice', ['-n', '10', command, ...args], { cwd: folder, env: env(folder) });
}

// Proxies and caches of whoever builds apply, so the environment is not the clean one.
const env = (folder: string) => ({
  ...process.env,
  GOWORK: 'off',
  GOBIN: folder,
  GOFLAGS: '-buildvcs=false -trimpath -p=1',
});
