import { emptyMatch, regexProblem } from '../../lib/alerting/regex';

describe('regexProblem', () => {
  test.each([
    'api|worker',
    '5..',
    '/api/(health|ready)z?(/.*)?',
    '(?i)error',
    '(?P<part>a)(?i:b)(?s)',
    '[[:alpha:]]+\\.\\d{2}\\pL\\x{41}+\\z',
    '\\(?=\\(?!',
  ])('takes %s', (text) => {
    expect(regexProblem(text)).toBeUndefined();
  });

  test.each([
    ['(', "'(' is no regular expression"],
    [')|(', "')|(' is no regular expression"],
    ['*', "'*' is no regular expression"],
    ['(?!a)b', "'(?!a)b' is no regular expression: RE2 has no '(?!'"],
    ['(?<=a)b', "'(?<=a)b' is no regular expression: RE2 has no '(?<='"],
    ['(a)\\1', "'(a)\\1' is no regular expression: RE2 has no '\\1'"],
    ['\\u0041', "'\\u0041' is no regular expression: RE2 has no '\\u'"],
    ['[]a', "'[]a' is no regular expression: RE2 has no '[]'"],
    ['[a\\b]', "'[a\\b]' is no regular expression: RE2 has no '[a\\b'"],
  ])('refuses %s', (text, problem) => {
    expect(regexProblem(text)).toBe(problem);
  });
});

describe('emptyMatch', () => {
  test.each([
    ['', true],
    ['.*', true],
    ['a|', true],
    ['.+', false],
    ['a|b', false],
  ])('of %j is %j', (text, matches) => {
    expect(emptyMatch(text)).toBe(matches);
  });
});
