import { type Program, type RunningProgram, start } from './process.js';

/** A program that can be stopped and started again, as a break and its mending do. */
export interface Restartable {
  readonly name: string;
  /** Of the process that runs now, if one does. */
  readonly pid: () => number | undefined;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts nothing yet; `report` hears when the program ends although nobody asked for it. */
export function restartable(program: Program, report: (line: string) => void): Restartable {
  let running: RunningProgram | undefined;
  return {
    name: program.name,
    pid: () => running?.pid,
    async start() {
      if (running) return;
      const started = await start(program);
      running = started;
      started.crashed.then((crashed) => {
        if (running === started) running = undefined;
        if (crashed) report(obituary(program));
      });
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
  };
}

function obituary({ name, log, backWith }: Program): string {
  const restart = 'stop everything and start again';
  const way = backWith ? `break and mend ${backWith} (its key, twice), or ${restart}` : restart;
  return `${name} ended unexpectedly; to have it back, ${way}; its log is ${log}`;
}
