import { z } from 'zod';
import { parsedJson } from '../parsed-json.js';
import { slackBlock } from './slack-blocks.js';

/** Why Slack would refuse a message: its own word for it, and where in the message. */
export interface SlackRefusal {
  readonly error: string;
  readonly detail: string;
}

// https://docs.slack.dev/reference/block-kit/blocks
const MAX_BLOCKS = 50;
// https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
const MAX_ATTACHMENTS = 100;
// Not documented; measured by many. https://github.com/slackapi/bolt-js/issues/2509
const MAX_BLOCK_CHARS = 13_200;

const blocks = z.array(slackBlock);

const attachment = z.looseObject({
  color: z.string().optional(),
  fallback: z.string().optional(),
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
});

const payload = z.looseObject({
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  attachments: z.array(z.unknown()).optional(),
});

/** What an incoming webhook would say against this request, if anything. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slackRefusal(
  contentType: string | undefined,
  body: string,
): SlackRefusal | undefined {
  if (!contentType?.startsWith('application/json')) {
    return { error: 'invalid_payload', detail: 'the content type is not application/json' };
  }
  const message = payload.safeParse(parsedJson(body));
  if (!message.success) return { error: 'invalid_payload', detail: detailOf(message.error) };
  const { text, blocks = [], attachments = [] } = message.data;
  if (!text && blocks.length === 0 && attachments.length === 0) {
    return { error: 'no_text', detail: 'neither text nor blocks nor attachments' };
  }
  return attachmentsRefusal(attachments) ?? blocksRefusal([...blocks, ...blocksIn(attachments)]);
}

function attachmentsRefusal(attachments: readonly unknown[]): SlackRefusal | undefined {
  if (attachments.length > MAX_ATTACHMENTS) {
    return { error: 'too_many_attachments', detail: `${attachments.length} attachments` };
  }
  const parsed = z.array(attachment).safeParse(attachments);
  return parsed.success
    ? undefined
    : { error: 'invalid_attachments', detail: detailOf(parsed.error, 'attachments') };
}

function blocksRefusal(found: readonly unknown[]): SlackRefusal | undefined {
  if (found.length > MAX_BLOCKS) {
    return { error: 'invalid_blocks', detail: `${found.length} blocks, at most ${MAX_BLOCKS}` };
  }
  const parsed = blocks.safeParse(found);
  if (!parsed.success) return { error: 'invalid_blocks', detail: detailOf(parsed.error, 'blocks') };
  const ids = parsed.data.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]));
  if (new Set(ids).size < ids.length) {
    return { error: 'invalid_blocks', detail: 'a block_id is there twice' };
  }
  const chars = charsIn(parsed.data);
  return chars > MAX_BLOCK_CHARS
    ? { error: 'msg_blocks_too_long', detail: `${chars} characters in all blocks` }
    : undefined;
}

function blocksIn(attachments: readonly unknown[]): unknown[] {
  return z
    .array(attachment)
    .parse(attachments)
    .flatMap(({ blocks = [] }) => blocks);
}

/** The characters of everything that is called `text`, however deep. */
function charsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, part]) =>
      sum + (name === 'text' && typeof part === 'string' ? part.length : charsIn(part)),
    0,
  );
}

function detailOf(error: z.ZodError, ...place: string[]): string {
  const [issue] = error.issues;
  return `${[...place, ...(issue?.path ?? [])].join('.') || 'the message'}: ${issue?.message}`;
}
