import { authorization } from './aws-calls.js';

/** One series and what it reads now. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Writes samples as the collector does: protobuf in snappy, signed for AMP. */
export async function remoteWrite(endpoint: string, samples: readonly Sample[]): Promise<void> {
  const response = await fetch(`${endpoint}api/v1/remote_write`, {
    method: 'POST',
    headers: {
      ...authorization('aps'),
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(snappy(writeRequest(samples, Date.now()))),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
}

// https://prometheus.io/docs/specs/prw/remote_write_spec/#protocol
function writeRequest(samples: readonly Sample[], now: number): Buffer {
  return Buffer.concat(samples.map((sample) => field(1, timeSeries(sample, now))));
}

function timeSeries({ name, labels, value }: Sample, now: number): Buffer {
  const pairs = Object.entries({ ...labels, __name__: name }).sort(([a], [b]) => (a < b ? -1 : 1));
  const double = Buffer.alloc(9);
  double[0] = (1 << 3) | 1;
  double.writeDoubleLE(value, 1);
  const sample = Buffer.concat([double, Buffer.from([2 << 3]), varint(now)]);
  return Buffer.concat([
    ...pairs.map(([key, text]) =>
      field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(text))])),
    ),
    field(2, sample),
  ]);
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const MAX_LITERAL_BYTES = 65_536;

/** Snappy without compression: https://github.com/google/snappy/blob/main/format_description.txt, literals only. */
function snappy(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += MAX_LITERAL_BYTES) {
    const literal = bytes.subarray(at, at + MAX_LITERAL_BYTES);
    const tag = Buffer.from([61 << 2, 0, 0]);
    tag.writeUInt16LE(literal.length - 1, 1);
    parts.push(tag, literal);
  }
  return Buffer.concat(parts);
}
