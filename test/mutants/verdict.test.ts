import { failures, summary } from './verdict';

const mutant = (path: string, change: string) => ({
  path,
  change,
  rule: 'alert X',
  name: 'alert X',
  groups: [],
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => mutant('rules/a.yaml', `change ${index}`));
const equivalent = { path: 'rules/a.yaml', rule: 'alert X', change: 'change 0', reason: 'why' };

describe('summary', () => {
  test('counts per file and together, and never rounds up', () => {
    const mutants = [...many(3), mutant('rules/long-name.yaml', 'b')];

    const lines = summary({
      mutants,
      survivors: mutants.slice(0, 1),
      equivalents: [],
      isWhole: true,
    });

    expect(lines).toEqual([
      'rule file              mutants    killed  survived     score',
      'rules/a.yaml                 3         2         1    66.6 %',
      'rules/long-name.yaml         1         1         0   100.0 %',
      'together                     4         3         1    75.0 %',
    ]);
  });
});

describe('failures', () => {
  test('are none when all are killed', () => {
    expect(failures({ mutants: many(20), survivors: [], equivalents: [], isWhole: true })).toEqual(
      [],
    );
  });

  test('are none when the one of twenty that survives is listed', () => {
    const [survivor = mutant('', '')] = many(1);
    const outcome = {
      mutants: many(20),
      survivors: [survivor],
      equivalents: [equivalent],
      isWhole: true,
    };

    expect(failures(outcome)).toEqual([]);
  });

  test('are survivors that nobody listed', () => {
    const outcome = { mutants: many(20), survivors: many(1), equivalents: [], isWhole: true };

    expect(failures(outcome)).toEqual(["rules/a.yaml: alert X: no test notices 'change 0'"]);
  });

  test('are listed ones that are killed, or no longer made', () => {
    const gone = { ...equivalent, change: 'gone' };
    const outcome = {
      mutants: many(20),
      survivors: [],
      equivalents: [equivalent, gone],
      isWhole: true,
    };

    expect(failures(outcome)).toEqual([
      "test/mutants/equivalents.ts: rules/a.yaml: alert X: 'change 0' is killed; take it off the list",
      "test/mutants/equivalents.ts: rules/a.yaml: alert X: 'gone' is not made; take it off the list",
    ]);
  });

  test('say nothing of listed ones in files that were left out', () => {
    const other = { ...equivalent, path: 'rules/other.yaml' };

    expect(
      failures({ mutants: many(20), survivors: [], equivalents: [other], isWhole: true }),
    ).toEqual([]);
  });

  test('are a score below 95 %, even if every survivor is listed', () => {
    const outcome = {
      mutants: many(19),
      survivors: many(1),
      equivalents: [equivalent],
      isWhole: true,
    };

    expect(failures({ ...outcome, isWhole: false })).toEqual([]);
    expect(failures(outcome)).toEqual(['score must be at least 95.0 %, got 94.7 %']);
  });
});
