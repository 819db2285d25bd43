import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type CuttableStream, cuttableStream } from './cuttable-stream.js';

let server: Server;
let stream: CuttableStream;

/** What one connection hears until it ends; the server greets with ten bytes, and echoes what ends it. */
const conversation = (socket: Socket) => text(socket.on('error', () => {}));

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('0123456789');
    socket.on('data', (data) => socket.end(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  stream = await cuttableStream(address.port);
});

afterEach(async () => {
  await stream.close();
  await new Promise((resolve) => server.close(resolve));
});

const dialled = () => connect({ port: stream.port, host: '127.0.0.1' });

describe('cuttableStream', () => {
  test('lets everything through while it is whole', async () => {
    const socket = dialled();

    socket.write('abc');

    expect(await conversation(socket)).toBe('0123456789abc');
  });

  test('ends what is open when it is cut, and lets nobody through', async () => {
    const open = dialled();
    await new Promise((resolve) => open.once('data', resolve));

    stream.cut();

    expect(await conversation(open)).toBe('');
    expect(await conversation(dialled())).toBe('');
  });

  test('cuts in the middle of what is sent', async () => {
    stream.cutAfter(4);

    const heard = await conversation(dialled());

    expect(heard).toBe('0123');
    expect(await conversation(dialled())).toBe('');
  });

  test('lets through again once it is mended', async () => {
    stream.cut();

    stream.mend();
    const socket = dialled();
    socket.write('!');

    expect(await conversation(socket)).toBe('0123456789!');
  });
});
