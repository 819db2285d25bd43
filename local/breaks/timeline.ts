import type { InboxMessage } from '../inbox/mailbox.js';

/** When each thing happened to one alert, in milliseconds since 1970; what is left out did not happen. */
export interface Observed {
  readonly brokenAt: number;
  readonly crossedAt?: number;
  readonly firedAt?: number;
  readonly mendedAt?: number;
  readonly clearedAt?: number;
  /** About this alert only. */
  readonly messages: readonly InboxMessage[];
}

export interface Timeline {
  readonly lines: readonly string[];
  /** What should have happened and did not; nothing when the break was seen through to its resolve. */
  readonly missing: readonly string[];
}

type State = InboxMessage['state'];

interface Event {
  readonly at: number | undefined;
  readonly what: string;
}

/** The story of one break, in seconds since it. */
export function timeline(observed: Observed, channels: readonly string[]): Timeline {
  const first = (state: State, channel: string) =>
    observed.messages.find((one) => one.state === state && one.channel === channel);
  const delivered = (state: State, verb: string): Event[] =>
    channels.map((channel) => ({
      at: time(first(state, channel)?.deliveredAt),
      what: `${verb} ${channel}`,
    }));
  const published = (state: State) =>
    channels.map((channel) => time(first(state, channel)?.publishedAt)).find((at) => at);
  const events: Event[] = [
    { at: observed.brokenAt, what: 'broken' },
    { at: observed.crossedAt, what: 'crossed the threshold' },
    { at: observed.firedAt, what: 'fired' },
    { at: published('firing'), what: 'published to SNS' },
    ...delivered('firing', 'delivered to'),
    { at: observed.mendedAt, what: 'mended' },
    { at: observed.clearedAt, what: 'cleared in Prometheus' },
    { at: published('resolved'), what: 'resolve published to SNS' },
    ...delivered('resolved', 'resolved in'),
  ];
  const happened = events.filter((event) => event.at !== undefined);
  return {
    lines: happened
      .sort((a, b) => Number(a.at) - Number(b.at))
      .map(({ at, what }) => `${seconds(Number(at) - observed.brokenAt)}  ${what}`),
    missing: events.filter(({ at }) => at === undefined).map(({ what }) => `not ${what}`),
  };
}

function time(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(7)} s`;
}
