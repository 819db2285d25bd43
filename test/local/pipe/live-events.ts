/** The server-sent events of an inbox, one after the other. */
export interface EventReader {
  /** The next event that contains the text. */
  next(text: string): Promise<string>;
  close(): Promise<void>;
}

export async function eventsOf(inboxUrl: string): Promise<EventReader> {
  const { body } = await fetch(`${inboxUrl}/events`);
  if (!body) throw new Error('no events');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';

  async function next(text: string): Promise<string> {
    const end = received.indexOf('\n\n');
    if (end < 0) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`no event contained '${text}'`);
      received += value;
      return next(text);
    }
    const event = received.slice(0, end);
    received = received.slice(end + 2);
    return event.includes(text) ? event : next(text);
  }

  return { next, close: () => reader.cancel() };
}
