import { type Queue, startQueue } from '../../../local/queue';

const arn = 'arn:aws:sqs:eu-west-1:000000000000:local-slack';

describe('startQueue', () => {
  let queue: Queue;

  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000_000 });
    queue = startQueue({ arn, visibilityTimeoutMs: 30_000, maxReceives: 3 });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const receivedHandle = () => queue.receive(1)[0]?.receiptHandle ?? '';

  test('hands out the oldest messages first, and no more than asked for', () => {
    for (const body of ['a', 'b', 'c']) queue.send(body);

    const received = queue.receive(2);

    expect(received.map(({ body }) => body)).toEqual(['a', 'b']);
    expect(queue.depth()).toEqual({ waiting: 1, inFlight: 2 });
  });

  test('hides a received message until its visibility timeout', () => {
    queue.send('a');
    queue.receive(1);

    jest.advanceTimersByTime(29_999);
    const early = queue.receive(1);
    jest.advanceTimersByTime(1);
    const again = queue.receive(1);

    expect(early).toEqual([]);
    expect(again).toMatchObject([{ body: 'a', receives: 2, firstReceivedAt: 1_000_000 }]);
  });

  test('forgets a message that is deleted with its latest handle', () => {
    queue.send('a');

    queue.remove(receivedHandle());

    expect(queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
    expect(queue.nextVisibleAt()).toBeUndefined();
  });

  test('keeps a message whose handle is from an earlier receive', () => {
    queue.send('a');
    const outdated = receivedHandle();
    jest.advanceTimersByTime(30_000);
    queue.receive(1);

    queue.remove(outdated);

    expect(queue.depth()).toEqual({ waiting: 0, inFlight: 1 });
  });

  test('moves the end of the timeout when the receiver asks for it', () => {
    queue.send('a');
    const receiptHandle = receivedHandle();

    const result = queue.changeVisibility(receiptHandle, 5_000);

    expect(result).toBe('changed');
    expect(queue.nextVisibleAt()).toBe(1_005_000);
  });

  test('refuses to move the timeout of what is visible again, or of an unknown handle', () => {
    queue.send('a');
    const receiptHandle = receivedHandle();
    jest.advanceTimersByTime(30_000);

    const results = [receiptHandle, 'nobody'].map((handle) => queue.changeVisibility(handle, 1));

    expect(results).toEqual(['not in flight', 'unknown handle']);
  });

  test('gives up a message only after the last allowed receive', () => {
    queue.send('poison');
    const receives = [1, 2, 3].map(() => {
      jest.advanceTimersByTime(30_000);
      return [queue.receive(1).length, queue.deadLetters().length];
    });

    jest.advanceTimersByTime(30_000);
    const afterwards = queue.receive(1);

    expect(receives).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(afterwards).toEqual([]);
    expect(queue.deadLetters()).toMatchObject([{ body: 'poison', receives: 3, diedAt: 1_120_000 }]);
    expect(queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
  });
});
