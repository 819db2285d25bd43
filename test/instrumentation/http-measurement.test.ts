import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Registry } from 'prom-client';
import { httpMeasurement, type MeasuredRequest } from '../../lib/instrumentation/http-measurement';

const route = () => '/cells';

describe('httpMeasurement', () => {
  test('lets a request go on that it cannot read', () => {
    const { start } = httpMeasurement(new Registry());
    const request = {
      get headers(): MeasuredRequest['headers'] {
        throw new Error('of a session that is gone');
      },
      socket: new Socket(),
    };

    expect(() => start(request, response(), route)).not.toThrow();
  });

  test('forgets a pipelined request that is over, while its connection lasts', async () => {
    const { start } = httpMeasurement(new Registry());
    const socket = new Socket();

    const over = Array.from({ length: 9 }, () => pipelined(start, socket));
    await collectGarbage();

    // The last one may still be on the stack.
    expect(over.filter((one) => one.deref()).length).toBeLessThan(2);
    expect(socket.destroyed).toBe(false);
  });
});

function pipelined(start: ReturnType<typeof httpMeasurement>['start'], socket: Socket) {
  const own = response();
  start({ headers: {}, socket }, own, route);
  own.emit('close');
  return new WeakRef(own);
}

/** A response that waits for its turn has no socket. */
function response() {
  const fields = { statusCode: 200, writableEnded: true, writableFinished: true, socket: null };
  return Object.assign(new EventEmitter(), fields, { getHeader: () => undefined });
}

async function collectGarbage() {
  // What a turn has looked at through a WeakRef stays until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
