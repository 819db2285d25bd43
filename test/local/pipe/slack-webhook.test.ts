import { slackRefusal } from '../../../local/inbox/slack-webhook';

const section = (text: object) => ({ type: 'section', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plain = (text: string) => ({ type: 'plain_text', text });
const button = (label: string) => ({ type: 'button', text: plain(label), url: 'https://a.test' });
const refusal = (message: unknown) => slackRefusal('application/json', JSON.stringify(message));

describe('slackRefusal', () => {
  test.each([
    ['text', { text: 'hello' }],
    [
      'every block at its limit',
      {
        blocks: [
          { type: 'header', block_id: 'b'.repeat(255), text: plain('x'.repeat(150)) },
          section(mrkdwn('x'.repeat(3000))),
          { type: 'section', fields: Array(10).fill(mrkdwn('x')), accessory: button('b') },
          { type: 'context', elements: Array(10).fill(mrkdwn('x')) },
          { type: 'actions', elements: Array(25).fill(button('x'.repeat(75))) },
          { type: 'image', image_url: 'https://a.test/b.png', alt_text: 'a graph' },
          { type: 'divider' },
          { type: 'table', rows: [] },
        ],
      },
    ],
    [
      'fifty blocks in an attachment',
      { attachments: [{ blocks: Array(50).fill({ type: 'divider' }) }] },
    ],
  ])('takes %s', (_, message) => {
    expect(refusal(message)).toBeUndefined();
  });

  test.each([
    ['no JSON', 'application/json', 'text=hello', 'invalid_payload'],
    ['a list', 'application/json', '[]', 'invalid_payload'],
    ['another content type', 'text/plain', '{"text":"hello"}', 'invalid_payload'],
    ['no content type', undefined, '{"text":"hello"}', 'invalid_payload'],
  ])('refuses %s', (_, contentType, body, error) => {
    expect(slackRefusal(contentType, body)).toMatchObject({ error });
  });

  test.each([
    ['nothing to show', { blocks: [] }, 'no_text'],
    [
      '51 blocks, wherever they are',
      {
        blocks: Array(25).fill({ type: 'divider' }),
        attachments: [{ blocks: Array(26).fill({ type: 'divider' }) }],
      },
      'invalid_blocks',
    ],
    ['an unknown block', { blocks: [{ type: 'fancy' }] }, 'invalid_blocks'],
    [
      'a long header',
      { blocks: [{ type: 'header', text: plain('x'.repeat(151)) }] },
      'invalid_blocks',
    ],
    ['mrkdwn in a header', { blocks: [{ type: 'header', text: mrkdwn('x') }] }, 'invalid_blocks'],
    ['an empty section', { blocks: [{ type: 'section' }] }, 'invalid_blocks'],
    ['an empty text', { blocks: [section(mrkdwn(''))] }, 'invalid_blocks'],
    ['a long section', { blocks: [section(mrkdwn('x'.repeat(3001)))] }, 'invalid_blocks'],
    [
      'an unknown property',
      { blocks: [section({ ...mrkdwn('x'), emoji: true })] },
      'invalid_blocks',
    ],
    [
      'eleven fields',
      { blocks: [{ type: 'section', fields: Array(11).fill(mrkdwn('x')) }] },
      'invalid_blocks',
    ],
    [
      'a long field',
      { blocks: [{ type: 'section', fields: [mrkdwn('x'.repeat(2001))] }] },
      'invalid_blocks',
    ],
    [
      '26 buttons',
      { blocks: [{ type: 'actions', elements: Array(26).fill(button('x')) }] },
      'invalid_blocks',
    ],
    [
      'a long button',
      { blocks: [{ type: 'actions', elements: [button('x'.repeat(76))] }] },
      'invalid_blocks',
    ],
    [
      'a button that runs a script',
      {
        blocks: [{ type: 'actions', elements: [{ ...button('x'), url: 'javascript:alert(1)' }] }],
      },
      'invalid_blocks',
    ],
    [
      'the same block_id twice',
      { blocks: Array(2).fill({ type: 'divider', block_id: 'a' }) },
      'invalid_blocks',
    ],
    [
      'too much text in all',
      { blocks: Array(5).fill(section(mrkdwn('x'.repeat(2700)))) },
      'msg_blocks_too_long',
    ],
    ['101 attachments', { attachments: Array(101).fill({ text: 'x' }) }, 'too_many_attachments'],
    ['an attachment that is a text', { attachments: ['x'] }, 'invalid_attachments'],
  ])('refuses %s', (_, message, error) => {
    expect(refusal(message)).toMatchObject({ error });
  });

  test('says where', () => {
    const message = { attachments: [{ blocks: [section(mrkdwn('x')), section(mrkdwn(''))] }] };

    expect(refusal(message)?.detail).toMatch(/^blocks\.1\.text\.text: /);
  });
});
