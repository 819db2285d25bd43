import { type Child, element, link } from './markup.js';
import { formattedDate } from './slack-date.js';

// Marks the place of a span that is already drawn; the code points are nobody's.
const MARK = /\uE000(\d+)\uE001/;

/** Slack's mrkdwn as Slack draws it. https://docs.slack.dev/messaging/formatting-message-text */
export function mrkdwn(text: string, now: Date): Child[] {
  const parts = text.replace(/[\uE000\uE001]/g, '\uFFFD').split(/```\n?([\s\S]+?)\n?```/);
  // Every second part was between fences.
  return parts.flatMap((part, index) =>
    index % 2 === 1 ? [element('pre', {}, unescaped(part))] : paragraphs(part, now),
  );
}

/** Lines, of which those that begin with `>` are quoted together. */
function paragraphs(text: string, now: Date): Child[] {
  const runs = text.match(/(?:^(?:&gt;|>).*\n?)+|(?:^(?!&gt;|>).*\n?)+/gm) ?? [];
  return runs.flatMap((run) => {
    const quoted = /^(?:&gt;|>)/.test(run);
    if (!quoted) return spans(run, now);
    const inner = run.replace(/^(?:&gt;|>) ?/gm, '').replace(/\n$/, '');
    return [element('blockquote', {}, ...spans(inner, now))];
  });
}

function spans(text: string, now: Date): Child[] {
  const drawn: Child[] = [];
  const marked = text.replace(/`([^`\n]+)`|<([^<>\n]+)>/g, (_, code?: string, token?: string) => {
    drawn.push(
      code !== undefined ? element('code', {}, unescaped(code)) : special(token ?? '', now),
    );
    return `\uE000${drawn.length - 1}\uE001`;
  });
  return styled(marked, drawn);
}

const styles = { '*': 'b', _: 'i', '~': 'del' } as const;

// A style begins after a space or punctuation and ends before one: 2*3*4 is a product.
const STYLE = /(?<![\p{L}\p{N}])([*_~])(?=[^\s*_~]|(?!\1)[*_~])([^\n]*?[^\s])\1(?![\p{L}\p{N}])/u;

function styled(text: string, drawn: readonly Child[]): Child[] {
  const match = STYLE.exec(text);
  if (!match) return plain(text, drawn);
  const [whole, mark, inner = ''] = match;
  return [
    ...plain(text.slice(0, match.index), drawn),
    element(styles[mark as keyof typeof styles], {}, ...styled(inner, drawn)),
    ...styled(text.slice(match.index + whole.length), drawn),
  ];
}

function plain(text: string, drawn: readonly Child[]): Child[] {
  return text
    .split(MARK)
    .map((part, index) => (index % 2 === 1 ? (drawn[Number(part)] ?? '') : emoji(unescaped(part))))
    .filter((part) => part !== '');
}

/** What stands between `<` and `>`. */
function special(token: string, now: Date): Child {
  const bar = token.indexOf('|');
  const target = unescaped(bar < 0 ? token : token.slice(0, bar));
  const label = unescaped(bar < 0 ? '' : token.slice(bar + 1));
  if (target.startsWith('!date^')) return date(target, label, now);
  if (/^[!@#]/.test(target)) return mention(target, label);
  return link(target, label || target);
}

function mention(target: string, label: string): Child {
  const name = label || target.replace(/^[!@#](subteam\^)?/, '');
  return element('span', { class: 'mention' }, `${target.startsWith('#') ? '#' : '@'}${name}`);
}

function date(target: string, fallback: string, now: Date): Child {
  const [, seconds, format = '', address] = target.split('^');
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  const attributes = { datetime: moment.toISOString(), title: fallback };
  const time = element('time', attributes, formattedDate(moment, format, now));
  return address ? link(address, time) : time;
}

// Those that people write most; any other keeps its colons.
const emojis: Readonly<Record<string, string>> = {
  fire: '🔥',
  information_source: 'ℹ️',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  red_circle: '🔴',
  rotating_light: '🚨',
  warning: '⚠️',
  white_check_mark: '✅',
};

function emoji(text: string): string {
  return text.replace(/:([a-z_]+):/g, (whole, name: string) => emojis[name] ?? whole);
}

/** Slack knows three entities, and reads each text once. */
function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => entities[name] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };
