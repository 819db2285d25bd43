import { z } from 'zod';

// The limits are those of https://docs.slack.dev/reference/block-kit/blocks and the pages below it.
// Slack refuses a property that it does not know, hence the strict objects.

const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });

const text = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

const webAddress = z.url({ protocol: /^https?$/ }).max(3000);

const image = {
  type: z.literal('image'),
  image_url: webAddress,
  alt_text: z.string().min(1).max(2000),
};

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: z.string().max(255).optional(),
  url: webAddress.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
  confirm: z.looseObject({}).optional(),
});

// Of the other elements only the name is checked: a webhook message has nobody to answer them.
const element = z.union([
  button,
  z.looseObject({ type: z.string().regex(/^(?!button$)[a-z_]+$/) }),
]);

const blockId = { block_id: z.string().min(1).max(255).optional() };

const section = z
  .strictObject({
    ...blockId,
    type: z.literal('section'),
    text: text(3000).optional(),
    fields: z.array(text(2000)).min(1).max(10).optional(),
    accessory: element.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text ?? block.fields, 'must have text or fields');

/** Blocks that exist and that we neither write nor check in detail. */
const otherBlock = z.looseObject({
  ...blockId,
  type: z.enum([
    'alert',
    'card',
    'carousel',
    'container',
    'context_actions',
    'data_table',
    'file',
    'input',
    'plan',
    'rich_text',
    'table',
    'task_card',
    'video',
  ]),
});

export const slackBlock = z.discriminatedUnion('type', [
  z.strictObject({ ...blockId, type: z.literal('header'), text: plainText(150) }),
  section,
  z.strictObject({
    ...blockId,
    type: z.literal('context'),
    elements: z
      .array(z.union([z.strictObject(image), text(3000)]))
      .min(1)
      .max(10),
  }),
  z.strictObject({ ...blockId, type: z.literal('divider') }),
  z.strictObject({
    ...blockId,
    type: z.literal('actions'),
    elements: z.array(element).min(1).max(25),
  }),
  z.strictObject({ ...blockId, ...image, title: plainText(2000).optional() }),
  z.strictObject({ ...blockId, type: z.literal('markdown'), text: z.string().min(1).max(12_000) }),
  otherBlock,
]);
