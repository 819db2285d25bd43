import { join } from 'node:path';
import { output } from '../../../local/process.js';
import { cached, type Report, runs } from './cached.js';

const cortexModule = 'github.com/cortexproject/cortex';
const RELEASE = '1.21.1';

// Without `slicelabels` it builds, and panics when the first rule is uploaded.
const tags = 'netgo,slicelabels';

/** Cortex, which AMP is made of, built from its module: nobody publishes it as a package. */
export async function cortexBinary(report: Report = () => {}): Promise<string> {
  const folder = await cached(
    {
      name: `cortex-${RELEASE}`,
      says: `building Cortex ${RELEASE}, 3 to 8 minutes`,
      problem: goProblem,
      make: build,
      works: (made) => runs(join(made, 'cortex'), ['--version']),
    },
    report,
  );
  return join(folder, 'cortex');
}

// From this one on Go fetches the release that a module asks for: https://go.dev/doc/toolchain
const LEAST_GO = 21;

/** Why nothing can be built here; nothing when it can. */
export async function goProblem(): Promise<string | undefined> {
  const advice = `install it (https://go.dev/doc/install); any release from 1.${LEAST_GO} on will do`;
  const printed = await output('go', ['version']).catch(() => undefined);
  if (printed === undefined) return `Go is missing: ${advice}`;
  const [release = printed.trim(), minor] = /go1\.(\d+)/.exec(printed) ?? [];
  return Number(minor) >= LEAST_GO ? undefined : `Go is too old, ${release}: ${advice}`;
}

// Proxies and caches of whoever builds apply, so the environment is not the clean one.
const env = () => ({ ...process.env, GOWORK: 'off', GOFLAGS: '-buildvcs=false' });

async function build(folder: string): Promise<void> {
  const options = { cwd: folder, env: env() };
  const downloaded = JSON.parse(
    await stdout(['mod', 'download', '-json', `${cortexModule}@v${RELEASE}`], options),
  ) as { readonly Dir: string };
  // Inside the module, because its go.mod replaces modules and `go install` refuses that.
  const built = ['-C', downloaded.Dir, '-tags', tags, '-trimpath', '-ldflags', '-s -w'];
  await output('go', ['build', ...built, '-o', join(folder, 'cortex'), './cmd/cortex'], options);
}

async function stdout(args: string[], options: object): Promise<string> {
  const printed = await output('go', args, options);
  // Progress goes to the other stream and is appended.
  return printed.slice(printed.indexOf('{'), printed.lastIndexOf('}') + 1);
}
