/** Something that `npm run bench` measures: one file each, and one line in run.ts. */
export interface Bench {
  readonly name: string;
  /** Measures, and hands each line of its report over as soon as it has it. */
  run(say: (line: string) => void): Promise<void>;
}
