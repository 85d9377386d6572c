import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { services } from '../../shared/services/services.ts';
import type { Exchange, ExchangeFile } from '../exchanges/exchange.ts';
import { runExchange } from '../exchanges/run-exchange.ts';
import { startEngine } from './engine.ts';

const FOLDER = join(import.meta.dirname, '../exchanges');

const files = globSync(`${FOLDER}/**/*.json`)
  .sort()
  .map((file): readonly [string, ExchangeFile] => [
    `${basename(dirname(file))}/${basename(file)}`,
    JSON.parse(readFileSync(file, 'utf8')),
  ]);

/** Headers that the pipeline checks before it calls the engine. */
const PIPELINE_HEADERS = ['authorization', 'content-type', 'content-encoding'];

/** Whether an exchange tests the pipeline and not the engine: a body that is not JSON, a token, a media type or another Tenant URL. */
const needsPipeline = ({ request: { path, body, headers = {} }, expect: { status } }: Exchange): boolean =>
  !/^(?:[/?]|$)/.test(path) ||
  (typeof body === 'string' && status === 400) ||
  Object.keys(headers).some((name) => PIPELINE_HEADERS.includes(name.toLowerCase()));

/** The files without the exchanges that need the pipeline. A file is left out if later exchanges use the results of those. */
const forTheEngine = files.flatMap(([path, file]): (readonly [string, ExchangeFile])[] => {
  const exchanges = file.exchanges.filter((one) => !needsPipeline(one));
  const isWhole = !file.exchanges.some((one) => needsPipeline(one) && one.keep);
  return isWhole && exchanges.length > 0 ? [[path, { ...file, exchanges }]] : [];
});

describe.each(services)('the engine of $name, with a store in memory,', (service) => {
  const filesOfService = forTheEngine.filter(
    ([, file]) => file.services?.some((name) => name === service.name) ?? true,
  );

  test.each(filesOfService)('responds as in %s', async (path, file) => {
    const base = `http://localhost:7071/${service.name}/scim`;
    const engine = startEngine(service, base);
    const kept = new Map([['base', base]]);
    for (const exchange of file.exchanges) {
      await runExchange(engine.call, exchange, kept);
      const tolerances = exchange.expect.tolerances ?? (dirname(path) === 'entra' ? undefined : []);
      if (tolerances)
        expect({ exchange, tolerances: engine.tolerancesUsed() }).toEqual({
          exchange,
          tolerances: new Set(tolerances),
        });
    }
  });
});

test('nearly all exchanges can be run on the engine', () => {
  expect(forTheEngine.length).toBeGreaterThan(files.length * 0.95);
});
