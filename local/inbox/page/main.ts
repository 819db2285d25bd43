import type { InboxStatus } from '../../inbox.js';
import type { LiveEvents } from '../live-events.js';
import { type InboxMessage, inboxChannels } from '../mailbox.js';
import { browser, drawn, part } from './dom.js';
import { dedupKey, messageView } from './message.js';
import { deadLettersView, statusView } from './status.js';

let messages: InboxMessage[] = [];
let shownDeadLetters = '';

function showAll() {
  part('messages').replaceChildren(...messages.toReversed().map(view));
  showCounts();
}

function showOne(message: InboxMessage) {
  messages.push(message);
  const node = view(message);
  node.classList.add('new');
  part('messages').prepend(node);
  for (const related of messages.slice(0, -1).filter((one) => isRelated(one, message))) {
    part(related.id).replaceWith(view(related));
  }
  showCounts();
}

function view(message: InboxMessage) {
  return drawn(messageView(message, messages, new Date()));
}

/** An event that is shown differently once a later one of the same alert is known. */
function isRelated(earlier: InboxMessage, later: InboxMessage): boolean {
  return dedupKey(later) !== undefined && dedupKey(earlier) === dedupKey(later);
}

function showCounts() {
  part('count-all').textContent = String(messages.length);
  for (const channel of inboxChannels) {
    const count = messages.filter((message) => message.channel === channel).length;
    part(`count-${channel}`).textContent = String(count);
  }
  browser.document.body.dataset.empty = String(messages.length === 0);
}

function showStatus(status: InboxStatus) {
  part('environment').textContent = status.environmentName;
  part('status').replaceChildren(...statusView(status).map(drawn));
  const deadLetters = deadLettersView(status);
  // Drawn again only when there are others: someone may have unfolded one.
  if (JSON.stringify(deadLetters) === shownDeadLetters) return;
  shownDeadLetters = JSON.stringify(deadLetters);
  part('dead-letters').replaceChildren(...deadLetters.map(drawn));
}

function showFilter() {
  browser.document.body.dataset.filter = browser.location.hash.slice(1) || 'all';
}

const source = new browser.EventSource('/events');

function on<Name extends keyof LiveEvents>(name: Name, show: (data: LiveEvents[Name]) => void) {
  source.addEventListener(name, ({ data }) => show(JSON.parse(data) as LiveEvents[Name]));
}

source.onopen = () => {
  browser.document.body.dataset.live = 'true';
};
source.onerror = () => {
  browser.document.body.dataset.live = 'false';
};
on('snapshot', (snapshot) => {
  messages = [...snapshot.messages];
  showAll();
  showStatus(snapshot.status);
});
on('message', showOne);
on('status', showStatus);
on('clear', () => {
  messages = [];
  showAll();
});
part('clear').addEventListener('click', () => void fetch('/messages', { method: 'DELETE' }));
browser.addEventListener('hashchange', showFilter);
showFilter();
