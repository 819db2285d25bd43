import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { HttpAnswer } from '../http-server.js';

const folder = join(__dirname, 'page');

// Scripts and styles of ours only, nothing inline and nothing from elsewhere: a second lock on the door
// beside the rule that text of a message never becomes markup.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that shows the inbox: what is answered at which path. */
export async function inboxPage(): Promise<Record<string, () => HttpAnswer>> {
  const [html, css, icon, script] = await Promise.all([
    readFile(join(folder, 'page.html'), 'utf8'),
    bundled('page.css'),
    readFile(join(folder, 'icon.svg'), 'utf8'),
    bundled('main.ts'),
  ]);
  return {
    'GET /': () => file('text/html', html, { 'content-security-policy': contentSecurityPolicy }),
    'GET /page.css': () => file('text/css', css),
    'GET /page.js': () => file('text/javascript', script),
    'GET /icon.svg': () => file('image/svg+xml', icon),
  };
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, file)],
    bundle: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function file(type: string, body: string, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}
