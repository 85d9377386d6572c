import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on another port of this machine whose page tries to read the console. */
export interface Attacker {
  readonly url: string;
  /** The cookies that the browser sent to the attacker's server. */
  readonly cookie: () => string;
  readonly stop: () => void;
}

const pageAgainst = (
  origin: string,
): string => `<!doctype html><p id="outcomes"></p><p id="end"></p><script type="module">
const url = ${JSON.stringify(`${origin}/`)};
const attempt = (options) => fetch(url + 'api/overview', { credentials: 'include', ...options }).then((answer) => answer.text()).then(() => 'given', () => 'refused');
const frame = document.createElement('iframe');
frame.src = url;
const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
document.body.append(frame);
await loaded;
const outcomes = [
  await attempt({}),
  await attempt({ headers: { 'x-console-proof': 'guess' } }),
  await attempt({ method: 'POST' }),
  frame.contentDocument === null ? 'refused' : 'given',
];
document.getElementById('outcomes').textContent = outcomes.join(' ');
document.getElementById('end').textContent = 'done';
</script>`;

/** Starts the attacker's server. */
export async function startAttacker(origin: string): Promise<Attacker> {
  let cookie = '';
  const server = createServer((request, response) => {
    cookie = request.headers.cookie ?? cookie;
    response.setHeader('content-type', 'text/html').end(pageAgainst(origin));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is an AddressInfo
  return { url: `http://127.0.0.1:${port}/`, cookie: () => cookie, stop: () => server.close() };
}
