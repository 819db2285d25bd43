import { type Child, element, link, type Markup } from './markup.js';
import { isRecord, text } from './unknown.js';

/** A mail as a mail program shows it. */
export function emailText(body: unknown): Markup {
  const { Subject, Message } = isRecord(body) ? body : {};
  return element(
    'div',
    { class: 'email-text' },
    element('h3', {}, text(Subject)),
    element('pre', {}, ...linked(text(Message))),
  );
}

function linked(message: string): Child[] {
  return message
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? link(part, part) : part));
}
