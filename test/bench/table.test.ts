import { quantile, table } from './table';

describe('table', () => {
  test('makes each column as wide as what is in it', () => {
    const rows = [
      ['', 'p99'],
      ['ours', '1.25'],
    ];

    expect(table(rows)).toEqual(['       p99', 'ours  1.25']);
  });
});

describe('quantile', () => {
  test.each([
    [0, 1],
    [0.5, 2.5],
    [0.75, 3.25],
    [1, 4],
  ])('of four values is at %d: %d', (part, expected) => {
    expect(quantile([4, 2, 1, 3], part)).toBe(expected);
  });
});
