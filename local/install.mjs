// Runs before `npm start`, `npm run demo` and `npm test`, so it may use nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

refuseOldNode();
const reason = reasonToInstall();
if (reason) install(reason);

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`Node must be ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}`);
}

/** What of the lock file is not in node_modules, in a few words; nothing when all is there. */
function reasonToInstall() {
  const installed = packagesIn('node_modules/.package-lock.json');
  if (!installed) return 'node_modules is missing';
  const wanted = packagesIn('package-lock.json') ?? fail('package-lock.json is missing');
  const changed = Object.entries(wanted).find(
    ([path, { version, optional }]) =>
      // npm leaves out the optional packages of other platforms.
      path !== '' && installed[path]?.version !== version && !(optional && !installed[path]),
  );
  return changed && `${changed[0]} is not at ${changed[1].version}`;
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(repository, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install(why) {
  console.log(`installing npm packages, because ${why}`);
  const began = Date.now();
  // Install scripts of packages are not needed, and so are not trusted with this machine.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, {
    cwd: repository,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed; its message is above');
  console.log(`npm packages installed in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
