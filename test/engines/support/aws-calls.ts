import { place } from './emulator.js';

/** The header of a signed request. The emulator reads account, region and service out of the scope, and checks no signature. */
export function authorization(
  service: string,
  region: string = place.region,
): Record<string, string> {
  const scope = `test/20261123/${region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
  };
}

/** Calls a service that takes forms and answers XML. */
export async function query(
  url: string,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: authorization(service),
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${parameters.Action}: ${response.status} ${text}`);
  return text;
}

/** Calls a service that takes and answers JSON; the target is its name in the protocol and the operation. */
export async function json<T>(
  url: string,
  service: string,
  target: string,
  body: object = {},
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...authorization(service),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Calls Lambda, which alone of them is REST. */
export async function lambda<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/2015-03-31/${path}`, { headers: authorization('lambda') });
  return (await response.json()) as T;
}

/** What stands between the tags of this name, in order. */
export function valuesIn(xml: string, tag: string): string[] {
  return [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(
    ([, value = '']) => value,
  );
}
