import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AmpControlPlane, type Workspace } from './amp-control-plane.js';
import { controlRequest } from './amp-refusals.js';
import { place } from './emulator.js';

/** AMP on this machine: its control plane for the stand-in function, its data plane as a proxy of Cortex. */
export interface Amp {
  readonly url: string;
  /** Where the stand-in function posts what CloudFormation asks of it. */
  readonly controlUrl: string;
  readonly workspaces: () => readonly Workspace[];
  readonly stop: () => Promise<void>;
}

export interface AmpOptions {
  readonly cortexUrl: string;
  /** @default 1 */
  readonly speed?: number;
}

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
}

interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export async function startAmp({ cortexUrl, speed = 1 }: AmpOptions): Promise<Amp> {
  let url = '';
  const control = new AmpControlPlane({ cortexUrl, speed, dataUrl: () => url });
  const server = createServer(async (incoming, response) => {
    const { status, body } = await received(incoming)
      .then((request) =>
        request.path === '/control' ? controlled(control, request) : proxied(cortexUrl, request),
      )
      .catch((error: Error): Answer => ({ status: 400, body: error.message }));
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    controlUrl: `${url}/control`,
    workspaces: () => control.workspaces,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function controlled(control: AmpControlPlane, { bytes }: Incoming): Promise<Answer> {
  const answer = await control.answer(controlRequest(bytes.toString()));
  return { status: 200, body: JSON.stringify(answer) };
}

// https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-APIReference-Prometheus-Compatible-Apis.html
const paths: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v1\/remote_write$/, '/api/v1/push'],
  [/^\/(api\/v1\/(?:query|query_range|series|labels|rules|alerts)\b.*)$/, '/prometheus/$1'],
  [/^\/(alertmanager\/api\/v2\/.*)$/, '/$1'],
];

async function proxied(cortexUrl: string, request: Incoming): Promise<Answer> {
  const [, workspace, path = ''] = /^\/workspaces\/(ws-[^/]+)(\/.*)$/.exec(request.path) ?? [];
  const [pattern, replacement] = paths.find(([known]) => known.test(path)) ?? [];
  if (!workspace || !pattern || !replacement) return { status: 404, body: 'unknown operation' };
  const scope = `/${place.region}/aps/aws4_request`;
  if (!request.authorization.includes(scope)) {
    return { status: 403, body: 'Credential should be scoped to the service aps.' };
  }
  const response = await fetch(cortexUrl + path.replace(pattern, replacement), {
    method: request.method,
    headers: { ...request.headers, 'X-Scope-OrgID': workspace },
    ...(request.method === 'GET' ? {} : { body: new Uint8Array(request.bytes) }),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

const passedOn = [
  'content-type',
  'content-encoding',
  'x-prometheus-remote-write-version',
  'user-agent',
];

async function received(incoming: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = incoming;
  const kept = passedOn.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])]],
  );
  return {
    method,
    path: url,
    authorization: headers.authorization ?? '',
    headers: Object.fromEntries(kept),
    bytes: Buffer.concat(chunks),
  };
}
