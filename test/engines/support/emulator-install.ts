import { join } from 'node:path';
import { output } from '../../../local/process.js';
import { cached, type Report, runs } from './cached.js';

const RELEASE = '1.5.33';

/** The Python of the virtual environment that holds the emulator of AWS. */
export async function emulatorPython(report: Report = () => {}): Promise<string> {
  const says = `installing ministack ${RELEASE} into a virtual environment, about 10 seconds`;
  const name = `ministack-${RELEASE}`;
  const one = { name, says, problem: pythonProblem, make: install, works };
  return pythonIn(await cached(one, report));
}

// The folder is renamed once, which `bin/python -m` does not mind; the scripts in bin/ would.
const pythonIn = (folder: string) => join(folder, 'bin', 'python');

// The Python that the environment was made of may be gone, and a half of its packages.
const works = (folder: string) => runs(pythonIn(folder), ['-c', 'import ministack.app']);

/** Why the emulator cannot be installed here; nothing when it can. */
export async function pythonProblem(): Promise<string | undefined> {
  const recent = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  return output('python3', ['-c', recent]).then(
    () => undefined,
    () => 'Python 3.10 or newer with venv is missing: install python3 and python3-venv',
  );
}

async function install(folder: string): Promise<void> {
  await output('python3', ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  // Mirrors and proxies of whoever installs apply, so the environment is not the clean one.
  const options = { env: process.env };
  await output(pythonIn(folder), [...pip, `ministack==${RELEASE}`], options);
}
