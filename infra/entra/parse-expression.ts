import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';
import type { Site } from './apply-plan.ts';
import { normalised, type Source, sourceOf } from './expression.ts';
import { GraphError } from './graph-error.ts';
import { jobPath } from './job.ts';
import { recordOf, textOf } from './json.ts';
import type { DesiredMapping } from './mapping.ts';
import type { Session } from './session.ts';

/** Converts a declared expression to a source. Graph parses it; if Graph cannot, this command does. Throws CommandError. */
export async function parseExpression(
  { graph }: Session,
  { application, job }: Site,
  { target, declared }: DesiredMapping,
): Promise<Source> {
  const result = await unlessRefused(() =>
    graph.send('POST', `${jobPath(application.id, job.id)}/schema/parseExpression`, { expression: declared }),
  );
  const parsed = result?.['parsedExpression'];
  if (result && result['parsingSucceeded'] !== false && isSource(parsed, declared)) return parsed;
  if (result?.['parsingSucceeded'] === false)
    throw new CommandError(
      `Entra does not accept the expression ${declared} of ${target}: ${textOf(recordOf(result['error'])['message'])}`,
    );
  const own = sourceOf(declared);
  if (own) return own;
  throw new CommandError(
    `Entra did not parse the expression ${declared} of ${target}: enter it in the portal, then run the command again.`,
  );
}

/** Whether Graph's result is a source with the same expression. */
const isSource = (parsed: unknown, declared: string): parsed is Source =>
  isRecord(parsed) &&
  parsed['type'] === 'Function' &&
  normalised(textOf(parsed['expression'])) === normalised(declared);

async function unlessRefused(call: () => Promise<{ readonly body: JsonRecord }>): Promise<JsonRecord | undefined> {
  try {
    return (await call()).body;
  } catch (error) {
    if (error instanceof GraphError && [400, 404, 405, 501].includes(error.status)) return undefined;
    throw error;
  }
}
