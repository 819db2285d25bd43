import { breakNames } from '../../local/breaks.js';
import { breakList, breaksToShow } from '../../local/options.js';

describe('breaksToShow', () => {
  test('takes names in the order in which they are given', () => {
    expect(breaksToShow('errors', breaksToShow('slow'))).toEqual(['slow', 'errors']);
  });

  test('takes all for every break', () => {
    expect(breaksToShow('all', ['cpu'])).toEqual(breakNames);
  });
});

describe('breakList', () => {
  test('refuses what cannot be broken, and says what can', () => {
    expect(() => breakList('all')).toThrow(`must be one of ${breakNames.join(', ')}`);
  });
});
