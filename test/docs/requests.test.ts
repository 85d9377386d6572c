import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningService, startService } from '../service/service.ts';
import { readPage } from './markdown.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe.each(['advisors', 'rooms'] as const)('the sample requests to %s', (name) => {
  test('get the statuses in their titles when they are sent from top to bottom', async () => {
    const file = readPage(`docs/requests/${name}.http`);
    const { requests, variables } = parseHttp(file);
    const tenant = service.newTenant();
    const values = { ...variables, url: `${service.url}/${name}/scim`, token: tenant[name] };
    const answered: string[] = [];
    for (const { title, text } of requests) answered.push(`${title}: ${await statusOf(fill(text, values))}`);
    expect(answered).toEqual(requests.map(({ title, status }) => `${title}: ${status}`));
  });
});

interface HttpFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly requests: readonly { readonly title: string; readonly status: string; readonly text: string }[];
}

/** Parses an .http file: first lines such as `@name = value`, then requests, each below a title such as `### what: status`. */
function parseHttp(file: string): HttpFile {
  const [head = '', ...blocks] = file.split(/^### /m);
  const variables = Object.fromEntries([...head.matchAll(/^@(\w+) = (.*)$/gm)].map(([, name, value]) => [name, value]));
  const requests = blocks.map((block) => {
    const [, title = '', status = '', text = ''] = /^(.*): (\d{3})\n([\s\S]*)$/.exec(block) ?? [];
    return { title, status, text };
  });
  return { variables, requests };
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? `no variable ${name}`);

async function statusOf(request: string): Promise<number> {
  const [head = '', ...body] = request.trim().split('\n\n');
  const [line = '', ...headers] = head.split('\n');
  const [, method = '', url = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
  const content = body.join('\n\n');
  const { status } = await fetch(url, {
    method,
    headers: Object.fromEntries(headers.map((header) => header.split(': '))),
    ...(content !== '' && { body: content }),
  });
  return status;
}
