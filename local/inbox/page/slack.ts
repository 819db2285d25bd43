import { type Child, element, link, type Markup } from './markup.js';
import { mrkdwn } from './mrkdwn.js';
import { isRecord, records, text } from './unknown.js';

/** A message of an incoming webhook as Slack draws it. */
export function slackMessage(body: unknown, now: Date): Markup {
  const message = isRecord(body) ? body : {};
  const blocks = records(message.blocks);
  // With blocks of its own the text is only what a notification says.
  const lead = blocks.length === 0 ? paragraph(text(message.text), now) : [];
  return element(
    'div',
    { class: 'slack-message' },
    ...lead,
    ...blocks.map((block) => blockView(block, now)),
    ...records(message.attachments).map((attachment) => attachmentView(attachment, now)),
  );
}

const namedColors: Readonly<Record<string, string>> = {
  good: '#2eb886',
  warning: '#daa038',
  danger: '#a30200',
};

function attachmentView(attachment: Record<string, unknown>, now: Date): Markup {
  const color = text(attachment.color);
  const bar = namedColors[color] ?? (/^#?[0-9a-f]{3,8}$/i.test(color) ? hash(color) : '#8888');
  const title = text(attachment.title);
  const blocks = records(attachment.blocks);
  const legacy = [
    ...paragraph(text(attachment.pretext), now),
    ...(title
      ? [element('b', {}, attachment.title_link ? link(text(attachment.title_link), title) : title)]
      : []),
    ...paragraph(text(attachment.text), now),
  ];
  return element(
    'div',
    { class: 'attachment', '--bar': bar },
    ...(blocks.length === 0 ? legacy : blocks.map((block) => blockView(block, now))),
  );
}

const views: Readonly<Record<string, (block: Record<string, unknown>, now: Date) => Markup>> = {
  header: (block) => element('h3', {}, textOf(block.text)),
  divider: () => element('hr'),
  section: sectionView,
  context: (block, now) =>
    element(
      'p',
      { class: 'context' },
      ...records(block.elements).map((item) => element('span', {}, ...textObject(item, now))),
    ),
  actions: (block, now) =>
    element(
      'p',
      { class: 'actions' },
      ...records(block.elements).map((item) => elementView(item, now)),
    ),
  image: (block) => imageView(block),
  markdown: (block) => element('p', { class: 'text' }, text(block.text)),
};

function blockView(block: Record<string, unknown>, now: Date): Markup {
  const view = views[text(block.type)];
  return view ? view(block, now) : unknown('block', block);
}

function sectionView(block: Record<string, unknown>, now: Date): Markup {
  const fields = records(block.fields);
  return element(
    'div',
    { class: 'section' },
    ...(isRecord(block.text) ? paragraphOf(block.text, now) : []),
    ...(fields.length > 0
      ? [
          element(
            'div',
            { class: 'fields' },
            ...fields.map((field) => element('p', { class: 'text' }, ...textObject(field, now))),
          ),
        ]
      : []),
    ...(isRecord(block.accessory) ? [elementView(block.accessory, now)] : []),
  );
}

function elementView(item: Record<string, unknown>, now: Date): Markup {
  if (item.type === 'image') return imageView(item);
  if (item.type !== 'button') return unknown('element', item);
  const label = isRecord(item.text) ? textObject(item.text, now) : [];
  const style = `button ${text(item.style)}`;
  return element(
    'span',
    { class: style },
    ...(item.url === undefined ? label : [link(text(item.url), ...label)]),
  );
}

/** Nothing is loaded from elsewhere, so a picture is a link to it. */
function imageView(block: Record<string, unknown>): Markup {
  return element(
    'p',
    { class: 'context' },
    '🖼 ',
    link(text(block.image_url), text(block.alt_text)),
  );
}

function textObject(object: Record<string, unknown>, now: Date): Child[] {
  if (object.type === 'mrkdwn') return mrkdwn(text(object.text), now);
  return object.type === 'plain_text' ? [text(object.text)] : [unknown('text', object)];
}

function paragraphOf(object: Record<string, unknown>, now: Date): Markup[] {
  return [element('div', { class: 'text' }, ...textObject(object, now))];
}

function paragraph(value: string, now: Date): Markup[] {
  return value === '' ? [] : [element('div', { class: 'text' }, ...mrkdwn(value, now))];
}

function unknown(kind: string, value: Record<string, unknown>): Markup {
  const name = `unknown ${kind}: ${text(value.type) || 'no type'}`;
  return element(
    'div',
    { class: 'unknown' },
    element('b', {}, name),
    element('pre', {}, JSON.stringify(value, null, 2)),
  );
}

function textOf(value: unknown): string {
  return isRecord(value) ? text(value.text) : '';
}

function hash(color: string): string {
  return color.startsWith('#') ? color : `#${color}`;
}
