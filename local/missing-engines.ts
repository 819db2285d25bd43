import { type Engine, type EngineSource, engineSources } from './engine-sources.js';

/** Engines that are neither here nor to be had; the message says how to have them on this platform. */
export class MissingEngines extends Error {
  constructor(
    readonly names: readonly Engine[],
    readonly reasons: readonly string[],
  ) {
    super([opening(reasons), 'install and start again:', ...names.map(line)].join('\n'));
  }

  /** One message for all, that says the same thing once. */
  static together(all: readonly MissingEngines[]): MissingEngines {
    const reasons = new Set(all.flatMap((one) => one.reasons));
    return new MissingEngines(
      all.flatMap((one) => one.names),
      [...reasons],
    );
  }
}

function opening(reasons: readonly string[]): string {
  if (reasons.length === 0) return 'not on the PATH';
  return `not on the PATH, and Debian's packages could not be unpacked: ${reasons.join('; ')}`;
}

function line(name: Engine): string {
  const { release, exact, brew, otherwise }: EngineSource = engineSources[name];
  const wanted = exact ? `exactly ${release}` : `${release} or newer`;
  const way = brew && process.platform === 'darwin' ? `brew install ${brew}` : otherwise;
  return `  ${name} ${wanted}: ${way}`;
}
