import { join } from 'node:path';
import { output } from '../../../local/process.js';
import { cached, type Report } from './cached.js';

const cortexModule = 'github.com/cortexproject/cortex';
const RELEASE = '1.21.1';

// Without `slicelabels` it builds, and panics when the first rule is uploaded.
const tags = 'netgo,slicelabels';

/** Cortex, which AMP is made of, built from its module: nobody publishes it as a package. */
export async function cortexBinary(report: Report = () => {}): Promise<string> {
  const folder = await cached(
    { name: `cortex-${RELEASE}`, says: `building Cortex ${RELEASE}, 3 to 8 minutes`, make: build },
    report,
  );
  return join(folder, 'cortex');
}

/** Why Cortex cannot be built here; nothing when it can. */
export async function goProblem(): Promise<string | undefined> {
  return output('go', ['version']).then(
    () => undefined,
    () =>
      'Go is missing: install it (https://go.dev/doc/install); any release from 1.21 on will do',
  );
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
