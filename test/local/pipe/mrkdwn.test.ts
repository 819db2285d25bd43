import { type Child, type Markup, textOf } from '../../../local/inbox/page/markup';
import { mrkdwn } from '../../../local/inbox/page/mrkdwn';

const now = new Date(2026, 10, 23, 20, 30);

/** Markup in a form that fits into a table. */
function short(child: Child): string {
  if (typeof child === 'string') return child;
  const { tag, attributes, children }: Markup = child;
  const href = attributes.href === undefined ? '' : ` ${attributes.href}`;
  return `[${tag}${href}: ${children.map(short).join('')}]`;
}

const drawn = (text: string) => mrkdwn(text, now).map(short).join('');

const seconds = (date: Date) => date.getTime() / 1000;

describe('mrkdwn', () => {
  test.each([
    ['*bold*', '[b: bold]'],
    ['_italic_ and ~gone~', '[i: italic] and [del: gone]'],
    ['*bold _and italic_*', '[b: bold [i: and italic]]'],
    ['(*bold*), *more*.', '([b: bold]), [b: more].'],
    ['2*3*4 = 24, a_b_c, x*y* z', '2*3*4 = 24, a_b_c, x*y* z'],
    ['* a list\n* of two', '* a list\n* of two'],
    ['*not\nbold*', '*not\nbold*'],
    ['`*code*` and `a &lt; b`', '[code: *code*] and [code: a < b]'],
    ['```\n*raw* &amp; <b>\n```', '[pre: *raw* & <b>]'],
    ['a &lt;b&gt; &amp;amp; &quot;', 'a <b> &amp; &quot;'],
    ['<https://a.test/?b=1&amp;c=2|a _link_>', '[a https://a.test/?b=1&c=2: a _link_]'],
    ['*<https://a.test|bold link>*', '[b: [a https://a.test: bold link]]'],
    ['<https://a.test/b_c_d>', '[a https://a.test/b_c_d: https://a.test/b_c_d]'],
    ['<mailto:a@b.test|mail>', '[a mailto:a@b.test: mail]'],
    ['&gt; quoted *text*\n&gt; more\nafter', '[blockquote: quoted [b: text]\nmore]after'],
    ['<!here> <@U1> <#C1|alerts>', '[span: @here] [span: @U1] [span: #alerts]'],
    [':warning: at 10:30:45 :nobody_knows:', '⚠️ at 10:30:45 :nobody_knows:'],
    ['# no heading\n<b>', '# no heading\n[span: b]'],
  ])('draws %j', (text, expected) => {
    expect(drawn(text)).toBe(expected);
  });

  test.each([
    ['{date_short_pretty} at {time}', new Date(2026, 10, 23, 9, 5), 'today at 09:05'],
    ['{date_pretty} {time_secs}', new Date(2026, 10, 22, 23, 59, 59), 'yesterday 23:59:59'],
    ['{date_pretty}', new Date(2026, 10, 24, 0, 5), 'tomorrow'],
    ['{date_short}', new Date(2026, 0, 2), 'Jan 2, 2026'],
    ['{date_long_pretty}', new Date(2026, 0, 2), 'Friday, January 2, 2026'],
    ['{unknown}', new Date(2026, 0, 2), '{unknown}'],
  ])('writes the date %j', (format, date, expected) => {
    expect(drawn(`<!date^${seconds(date)}^${format}|fallback>`)).toBe(`[time: ${expected}]`);
  });

  test('falls back where a date is none', () => {
    expect(drawn('<!date^soon^{date}|some day>')).toBe('some day');
  });

  test.each(['<javascript:alert(1)|click>', '<data:text/html,x|click>', '< https://a.test|click>'])(
    'makes no link of %s',
    (text) => {
      expect(drawn(text)).not.toContain('[a ');
    },
  );

  test('loses no text, whatever it is given', () => {
    const hostile = '<script>alert(1)</script> \uE0000\uE001 *a `b* c` ``` d &lt;img&gt;';

    expect(mrkdwn(hostile, now).map(textOf).join('')).toMatch(
      /script.*alert\(1\).*\/script.*d <img>/,
    );
  });
});
