/** The server-sent events of an inbox, one after the other. */
export interface EventReader {
  /** The next event that contains the text. */
  next(text: string): Promise<string>;
  close(): Promise<void>;
}

export async function eventsOf(inboxUrl: string): Promise<EventReader> {
  const response = await fetch(`${inboxUrl}/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  return {
    async next(text) {
      for (;;) {
        const events = received.split('\n\n').slice(0, -1);
        const index = events.findIndex((event) => event.includes(text));
        const event = events[index];
        if (event !== undefined) {
          received = received
            .split('\n\n')
            .slice(index + 1)
            .join('\n\n');
          return event;
        }
        received += (await reader?.read())?.value ?? '';
      }
    },
    close: async () => reader?.cancel(),
  };
}
