import fc from 'fast-check';
import { code, escaped, fitting, joined, link, moment } from '../../../lambdas/shared/mrkdwn.js';
import { hostileText } from '../../support/hostile.js';

describe('escaped', () => {
  test.each([
    ['a & b', 99, 'a &amp; b'],
    ['<!channel>', 99, '&lt;!channel&gt;'],
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['ab&cd', 7, 'ab…'],
    ['ab&', 7, 'ab&amp;'],
    ['ab&', 6, 'ab…'],
    ['a🔴b', 3, 'a…'],
    ['&amp;', 99, '&amp;amp;'],
  ])('%j within %i is %j', (text, maxChars, expected) => {
    expect(escaped(text, maxChars)).toBe(expected);
  });

  test('keeps its limit and never cuts an entity or a character', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 300 }), (text, maxChars) => {
        const whole = text.replace(/\p{Surrogate}/gu, '?');

        const safe = escaped(whole, maxChars);

        expect(safe.length).toBeLessThanOrEqual(maxChars);
        expect(safe).not.toMatch(/[<>]|&(?!(amp|lt|gt);)|\p{Surrogate}/u);
      }),
    );
  });
});

describe('code', () => {
  test('cannot be left by a backtick or a line break', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(code(text, 50)).toMatch(/^`[^`\n]{0,48}`$/);
      }),
    );
  });
});

describe('moment', () => {
  test('is in the zone of the reader, with a text for those who cannot show it', () => {
    expect(moment(new Date('2026-11-23T20:40:50.618Z'))).toBe(
      '<!date^1795466450^{date_short_pretty} {time}|2026-11-23 20:40 UTC>',
    );
  });
});

describe('link', () => {
  test('cannot be ended by its address', () => {
    expect(link('https://a.example/?x=1&y=a|b', 'Runbook')).toBe(
      '<https://a.example/?x=1&amp;y=a%7Cb|Runbook>',
    );
  });
});

describe('fitting', () => {
  test.each([
    [['aa', 'bb', 'cc'], 8, ['aa', 'bb', 'cc']],
    [['aa', 'bb', 'cc'], 7, ['aa', 'bb']],
    [['aaaaaaaaa', 'b'], 8, []],
    [[], 8, []],
  ])('of %j within %i is %j', (pieces, maxChars, expected) => {
    expect(fitting(pieces, ' ', maxChars)).toEqual(expected);
  });
});

describe('joined', () => {
  test.each([
    [['aa', 'bb', 'cc'], 8, 'aa bb cc'],
    [['aaaa', 'bbbb', 'cccc'], 13, 'aaaa +2 more'],
    [['aaaaaaaaaaaaaa', 'b'], 13, '+2 more'],
  ])('of %j within %i is %j', (pieces, maxChars, expected) => {
    expect(joined(pieces, ' ', maxChars)).toBe(expected);
  });
});
