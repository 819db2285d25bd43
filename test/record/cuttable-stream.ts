import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, as a network is. */
export interface CuttableStream {
  readonly port: number;
  /** Cuts now, and lets nobody through from now on. */
  readonly cut: () => void;
  /** Cuts as soon as the server has sent so much more: in the middle of what it is sending. */
  readonly cutAfter: (bytes: number) => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

export async function cuttableStream(serverPort: number): Promise<CuttableStream> {
  const sockets = new Set<Socket>();
  let bytesLeft = Number.POSITIVE_INFINITY;

  const cut = () => {
    bytesLeft = 0;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (bytesLeft <= 0) {
      client.destroy();
      return;
    }
    const upstream = connect({ port: serverPort, host: '127.0.0.1' });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.end());
    client.pipe(upstream);
    upstream.on('data', (data) => {
      const whole = data.length < bytesLeft;
      client.write(data.subarray(0, bytesLeft), () => whole || cut());
      bytesLeft -= data.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    cutAfter: (bytes) => {
      bytesLeft = bytes;
    },
    mend: () => {
      bytesLeft = Number.POSITIVE_INFINITY;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
