import { join } from 'node:path';
import { channelSettings } from '../lib/notifications/channel-settings.js';
import type { Channel } from '../lib/notifications/channels.js';
import { startEventSource } from './event-source.js';
import { startLambda } from './lambda.js';
import type { DeadLetter, Queue } from './queue.js';

export interface ChannelOptions {
  readonly channel: Channel;
  readonly queue: Queue;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** How a channel does. */
export interface ChannelState {
  readonly channel: Channel;
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: readonly DeadLetter[];
  /** What its function counted, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A channel's function at its queue, as the notifications stack wires them. */
export interface RunningChannel {
  /** The bodies that the function has in its hands now. */
  batch(): readonly string[];
  state(): ChannelState;
  stop(): Promise<void>;
}

// As in lib/notifications/channel-function.ts.

export async function startChannel(options: ChannelOptions): Promise<RunningChannel> {
  const { channel, queue, environment, log } = options;
  const lambda = await startLambda({
    name: channel,
    entry: join(__dirname, '../lambdas/notify', `${channel}.ts`),
    environment,
    timeoutMs: channelSettings.functionTimeoutSeconds * 1000,
    log,
  });
  const source = startEventSource(queue, (event) => lambda.invoke(event));
  return {
    batch: () => source.batch().map(({ body }) => body),
    state: () => ({
      channel,
      ...queue.depth(),
      deadLetters: queue.deadLetters(),
      metrics: lambda.metrics(),
    }),
    async stop() {
      // A batch under way fails at once with its function, instead of holding everybody up.
      await Promise.all([source.stop(), lambda.stop()]);
    },
  };
}
