import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends these bytes and returns everything until the server closes the connection, for requests that an HTTP client would not send. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.write(Buffer.from(text, 'latin1'));
  await once(socket, 'close');
  return answer;
}

/** A request without a body and with Connection: close, with its target exactly as given. */
export const rawGet = (target: string, headers = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: bookme.test\r\nConnection: close\r\n${headers}\r\n`;
