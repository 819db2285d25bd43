import { durationText } from '../../../lambdas/shared/duration.js';

describe('durationText', () => {
  test.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [45_400, '45 s'],
    [60_000, '1 min'],
    [754_000, '12 min 34 s'],
    [3 * 3_600_000 + 20 * 60_000 + 5_000, '3 h 20 min'],
    [2 * 86_400_000 + 7_000, '2 d'],
    [49 * 3_600_000, '2 d 1 h'],
  ])('of %i ms is %j', (ms, expected) => {
    expect(durationText(ms)).toBe(expected);
  });
});
