import type { MessageAttachment, SectionBlock } from '@slack/types';
import type {
  Alert,
  AlertGroup,
  Labels,
  Message,
  UnreadableMessage,
} from '../shared/alert-group.js';
import { oneLine } from '../shared/cut.js';
import type { Delivery } from '../shared/deliver.js';
import { durationText } from '../shared/duration.js';
import { forward } from '../shared/forward.js';
import {
  alertName,
  annotation,
  endOf,
  own,
  startOf,
  type Urgency,
  urgencyOf,
} from '../shared/group-summary.js';
import { links } from '../shared/links.js';
import { code, escaped, fitting, joined, link, moment } from '../shared/mrkdwn.js';
import type { Settings } from '../shared/settings.js';
import { slackProblem } from '../shared/slack-answer.js';

// https://docs.slack.dev/reference/block-kit/blocks/section-block: 3,000 characters.
const MAX_SECTION_CHARS = 3_000;
// All blocks together are refused beyond about 13,200 characters, which no document says
// (https://github.com/slackapi/bolt-js/issues/2509). The parts below add up to less than 12,000.
const MAX_NAME_CHARS = 80;
const MAX_SUMMARY_CHARS = 300;
const MAX_DESCRIPTION_CHARS = 1_500;
const MAX_LABELS_CHARS = 1_500;
const MAX_LINKS_CHARS = 2_000;
const MAX_LABEL_CHARS = 120;
const MAX_OWN_LABELS_CHARS = 500;
const MAX_RAW_CHARS = 2_500;
const MAX_PLAIN_CHARS = 3_500;
const MAX_ALERTS = 10;

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
interface SlackMessage {
  /** The headline above the coloured bar, and all that a lock screen and a screen reader say. */
  readonly text: string;
  readonly attachments?: readonly [MessageAttachment];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

// Slack would fetch every address in alert data and show what it finds there.
const noPreviews = { unfurl_links: false, unfurl_media: false } as const;

const looks = {
  critical: { emoji: '🔴', color: '#d92d20' },
  error: { emoji: '🔴', color: '#d92d20' },
  warning: { emoji: '🟠', color: '#f79009' },
  info: { emoji: '🔵', color: '#2e90fa' },
  resolved: { emoji: '✅', color: '#12b76a' },
  unreadable: { emoji: '⚠️', color: '#f79009' },
} as const satisfies Record<Urgency | 'resolved' | 'unreadable', object>;

/** The Slack message for one alert group; the secret is the incoming-webhook URL. */
export function slackMessage(message: Message, webhookUrl: string, settings: Settings): Delivery {
  const { headline, color, sections, plain } =
    message.readAs === 'raw' ? unreadable(message, settings) : groupContent(message, settings);
  const blocks = sections.filter(Boolean).map(section);
  const body: SlackMessage = {
    text: headline,
    // Slack refuses an attachment that holds nothing.
    ...(blocks.length > 0 && { attachments: [{ color, blocks }] }),
    ...noPreviews,
  };
  const simple = fitting([headline, ...plain], '\n', MAX_PLAIN_CHARS).join('\n');
  const simpler: SlackMessage = { text: simple, ...noPreviews };
  return { url: webhookUrl, body, simpler, problem: slackProblem };
}

export const handler = forward('slack', slackMessage);

interface Content {
  readonly headline: string;
  readonly color: string;
  /** In the order of reading; an empty one is left out. */
  readonly sections: readonly string[];
  /** What a message without blocks says below its headline. */
  readonly plain: readonly string[];
}

function groupContent(group: AlertGroup, settings: Settings): Content {
  const isOver = group.status === 'resolved';
  const { emoji, color } = isOver ? looks.resolved : looks[urgencyOf(group)];
  const name = escaped(alertName(group) ?? 'Several alerts', MAX_NAME_CHARS);
  const title = `${emoji} *${name}* · ${countText(group)} · ${settings.environment}`;
  const summary = annotation(group, 'summary');
  const found = links(group, settings);
  const description = escaped(
    group.commonAnnotations.description?.trim() ?? '',
    MAX_DESCRIPTION_CHARS,
  );
  const anchors = found.map(({ href, text }) => link(href, text));
  return {
    headline: lines(title, summaryText(isOver && summary ? `Was: ${summary}` : summary)),
    color,
    sections: [
      isOver ? '' : description,
      lines(timeText(group), labelText(group.commonLabels, MAX_LABELS_CHARS)),
      fitting(anchors, '  ·  ', MAX_LINKS_CHARS).join('  ·  '),
      alertList(group),
    ],
    plain: [description, ...found.map(({ href, text }) => `${text}: ${escaped(href)}`)],
  };
}

function unreadable({ text, topicArn }: UnreadableMessage, settings: Settings): Content {
  const { emoji, color } = looks.unreadable;
  const topic = topicArn.split(':').at(-1) ?? topicArn;
  const raw = escaped(text.replaceAll('`', "'"), MAX_RAW_CHARS);
  return {
    headline: `${emoji} *unreadable alert message* · ${settings.environment}`,
    color,
    sections: [
      `It came through ${code(topic, MAX_LABEL_CHARS)} and may be an alert: read it, and look at what fires.`,
      `\`\`\`\n${raw}\n\`\`\``,
    ],
    plain: [raw],
  };
}

/** `verbatim`: an address or a channel name in alert data stays text instead of becoming a link. */
function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function countText({ numFiring, numResolved }: AlertGroup): string {
  const firing = numFiring > 0 && `${numFiring} firing`;
  const resolved = numResolved > 0 && `${numResolved} resolved`;
  return [firing, resolved].filter(Boolean).join(', ');
}

function summaryText(summary = ''): string {
  return escaped(oneLine(summary), MAX_SUMMARY_CHARS);
}

function timeText(group: AlertGroup): string {
  const start = startOf(group);
  const end = endOf(group);
  if (!start || !end) return '';
  if (group.status === 'firing') return `*Since* ${moment(start)}`;
  const lasted = durationText(end.getTime() - start.getTime());
  return `*Lasted* ${lasted}, ${moment(start)} to ${moment(end)}`;
}

function labelText({ alertname, severity, ...others }: Labels, maxChars: number): string {
  const named = Object.entries({ ...(severity !== undefined && { severity }), ...others });
  const pieces = named.map(
    ([name, value]) => `${escaped(name, MAX_LABEL_CHARS)} ${code(value, MAX_LABEL_CHARS)}`,
  );
  return joined(pieces, '  ', maxChars);
}

/** Which alerts they are: only what tells them apart, because the rest stands above once. */
function alertList(group: AlertGroup): string {
  const total = group.numFiring + group.numResolved;
  if (total < 2) return '';
  const entries = group.alerts.slice(0, MAX_ALERTS).map((alert) => alertText(alert, group));
  const shown = fitting(entries, '\n', MAX_SECTION_CHARS - 50);
  return lines(...shown, total > shown.length && `+${total - shown.length} more`);
}

function alertText(alert: Alert, group: AlertGroup): string {
  const isFiring = alert.status === 'firing';
  const { emoji } = isFiring ? looks[urgencyOf(group)] : looks.resolved;
  const time = isFiring ? `since ${moment(alert.startsAt)}` : `until ${moment(alert.endsAt)}`;
  const labels = labelText(own(alert.labels, group.commonLabels), MAX_OWN_LABELS_CHARS);
  const summary = group.commonAnnotations.summary ? '' : summaryText(alert.annotations.summary);
  return lines(`${emoji} ${[labels, time].filter(Boolean).join(' · ')}`, summary);
}

function lines(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join('\n');
}
