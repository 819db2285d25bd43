import { cut, oneLine } from '../../../lambdas/shared/cut.js';

describe('cut', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a🔴b', 3, 'a…'],
    ['abc', 1, '…'],
  ])('of %j within %i is %j', (text, maxChars, expected) => {
    expect(cut(text, maxChars)).toBe(expected);
  });
});

describe('oneLine', () => {
  test('has no line breaks, tabs or blanks around', () => {
    expect(oneLine(' a\r\n\tb\u2028c ')).toBe('a b c');
  });
});
