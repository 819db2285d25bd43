import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, start } from '../../../local/process.js';
import { emulatorPython } from './emulator-install.js';
import { freePorts } from './free-ports.js';

/** The account and region that are emulated. */
export const place = { account: '123456789012', region: 'eu-west-1' } as const;

/** An AWS account on this machine. */
export interface Emulator {
  readonly url: string;
  readonly pid: number;
  readonly log: string;
  /** What a client, the CLI among them, needs in its environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export async function startEmulator(): Promise<Emulator> {
  const command = await emulatorPython();
  const folder = mkdtempSync(join(tmpdir(), 'spheroseg-emulator-'));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, 'log');
  const program = await start({
    name: 'ministack',
    command,
    args: ['-m', 'ministack'],
    environment: {
      // By default it listens on all addresses.
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: place.account,
      MINISTACK_REGION: place.region,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
      TMPDIR: folder,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    log,
    healthy: () => answers(`${url}/_ministack/health`),
  });
  return {
    url,
    pid: program.pid,
    log,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_S3: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: place.region,
      AWS_DEFAULT_REGION: place.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // Without these the CLI would read the profile of whoever runs this.
      AWS_CONFIG_FILE: join(folder, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    },
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
