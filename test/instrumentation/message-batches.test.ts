import { setTimeout } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { type MessageBatches, messageBatches } from '../../lib/instrumentation/message-batches';
import { samples } from '../support/http-samples';

let registry: Registry;
let batches: MessageBatches<number>;
let sent: (readonly number[])[];

beforeEach(() => {
  registry = new Registry();
  sent = [];
  batches = messageBatches<number>(registry, {
    endpoint: '/ws',
    maxMessages: 3,
    maxDelayMs: 100,
    send: (messages) => sent.push(messages),
  });
});

afterEach(() => batches.stop());

const flushes = () => samples(registry, 'websocket_batch_flushes_total');

describe('messageBatches', () => {
  test('sends a full batch at once', async () => {
    for (const message of [1, 2, 3, 4]) batches.add(message);

    expect(sent).toEqual([[1, 2, 3]]);
    expect(await flushes()).toEqual({ '/ws size': 1 });
    expect(await samples(registry, 'websocket_batch_size_messages_sum')).toEqual({ '/ws': 3 });
  });

  test('sends what waits when its first message has waited long enough', async () => {
    batches.add(1);
    await setTimeout(50);
    batches.add(2);
    await setTimeout(100);

    expect(sent).toEqual([[1, 2]]);
    expect(await flushes()).toEqual({ '/ws timer': 1 });
    const delay = (await samples(registry, 'websocket_batch_delay_seconds_sum'))['/ws'];
    expect(delay).toBeGreaterThan(0.09);
    expect(delay).toBeLessThan(0.5);
  });

  test('sends what waits when it is stopped, and what comes later at once', async () => {
    batches.add(1);
    batches.stop();
    batches.stop();
    batches.add(2);

    expect(sent).toEqual([[1], [2]]);
    expect(await flushes()).toEqual({ '/ws shutdown': 2 });
  });

  test('starts a new batch although sending the last one failed', async () => {
    const lines = messageBatches<number>(registry, {
      endpoint: '/ws',
      maxMessages: 1,
      maxDelayMs: 100,
      send(messages) {
        if (messages.includes(1)) throw new Error('no client');
        sent.push(messages);
      },
    });

    expect(() => lines.add(1)).toThrow('no client');
    lines.add(2);

    expect(sent).toEqual([[2]]);
  });
});
