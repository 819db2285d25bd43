import type { BreakName, Breaks } from '../breaks.js';

/** What is broken now; one key or flag at a time. */
export interface Switchboard {
  readonly broken: () => readonly BreakName[];
  readonly toggle: (name: BreakName) => Promise<void>;
}

/** Toggles breaks one after the other, and says what to expect of each. */
export function switchboard(breaks: Breaks, report: (line: string) => void): Switchboard {
  const broken = new Set<BreakName>();
  let last = Promise.resolve();

  const toggled = async (name: BreakName) => {
    const { effect, alert, unavailable, start, mend } = breaks[name];
    if (unavailable) return report(`${name}: ${unavailable}`);
    if (broken.has(name)) {
      await mend();
      broken.delete(name);
      return report(`mended ${name}; the inbox will hear that ${alert} is resolved`);
    }
    await start();
    broken.add(name);
    report(`broke ${name}: ${effect}; expect ${alert} in the inbox`);
  };
  return {
    broken: () => [...broken],
    toggle(name) {
      last = last
        .then(() => toggled(name))
        .catch((error: Error) => report(`${name}: ${error.message}`));
      return last;
    },
  };
}
