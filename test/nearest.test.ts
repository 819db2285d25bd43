import { nearest, typosBetween } from '../lib/nearest';

describe('typosBetween', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['HttpErrorRateHigh', 'HttpErorRateHigh', 1],
    ['kitten', 'sitting', 3],
    ['HTTP', 'http', 0],
  ])('counts from %j to %j', (one, other, count) => {
    expect(typosBetween(one, other)).toBe(count);
    expect(typosBetween(other, one)).toBe(count);
  });
});

describe('nearest', () => {
  const names = ['HostDiskSpaceLow', 'HostMemoryLow', 'DatabaseDown'];

  test.each([
    ['HostDiskspaceLow', 'HostDiskSpaceLow'],
    ['HostMemory', 'HostMemoryLow'],
    ['databasedown', 'DatabaseDown'],
    ['DatabaseUp', undefined],
    ['SomethingElse', undefined],
    ['', undefined],
  ])('of %j is %s', (name, meant) => {
    expect(nearest(name, names)).toBe(meant);
  });
});
