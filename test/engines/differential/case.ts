/** What an engine makes of something wrong: it takes it, or refuses it in words that contain these. */
export type Verdict = { readonly refuses: string } | 'accepts' | 'is not asked';

/** Something that is wrong in one way, and what everybody who reads it says. */
export interface Case<Input, Engine extends string> {
  readonly what: string;
  readonly input: Input;
  /** All that our check says at synth, without the place. */
  readonly ours: string;
  readonly engines: Readonly<Record<Engine, Verdict>>;
  /** Why an engine takes it or is not asked. @default - all refuse it */
  readonly why: string | undefined;
}

/** A case as a line of a list. */
export type Row<Input, Engine extends string> = readonly [
  what: string,
  input: Input,
  ours: string,
  engines: Readonly<Record<Engine, Verdict>>,
  why?: string | undefined,
];

export function cases<Input, Engine extends string>(
  rows: readonly Row<Input, Engine>[],
): Case<Input, Engine>[] {
  return rows.map(([what, input, ours, engines, why]) => ({ what, input, ours, engines, why }));
}

/** A verdict from the words of a refusal; nothing is said about what is taken. */
export function verdict(words?: string): Verdict {
  return words === undefined ? 'accepts' : { refuses: words };
}

/** What an engine is asked about, with what it must say: nothing of what it takes. */
export function askedOf<Input, Engine extends string>(
  all: readonly Case<Input, Engine>[],
  engine: Engine,
) {
  return all.flatMap(({ what, input, engines }) => {
    const said: Verdict = engines[engine];
    if (said === 'is not asked') return [];
    return [{ what, input, says: said === 'accepts' ? undefined : said.refuses }];
  });
}

/** How a refusal must look whose words are known; nothing for what is taken. */
export function expected(words: string | undefined): unknown {
  return words === undefined ? undefined : expect.stringContaining(words);
}
