import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

/**
 * The users of an export, whole. Whoever is missing in it would be deleted, so an export that shows any sign of being a part is refused. Throws
 * CommandError that says how to get the rest.
 */
export function readUsers(text: string, path: string): readonly unknown[] {
  const content = parse(text, path);
  const list = isRecord(content) ? content['value'] : content;
  if (!Array.isArray(list))
    throw new CommandError(`The directory file ${path} has to be {"value": [users]}, as Microsoft Graph answers.`);
  const sign = isRecord(content) ? signOfAPart(content, list.length) : undefined;
  if (sign === undefined) return list;
  throw new CommandError(`The directory file ${path} is not the whole directory: ${sign}. ${WHOLE}`);
}

const WHOLE = 'Export all pages into one list: docs/provision.md shows how. Nothing was changed.';

/** The text of an export's bytes. PowerShell writes UTF-16 where a command's output is redirected into a file. */
export function decodeExport(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function parse(text: string, path: string): unknown {
  if (text.trim() === '') throw new CommandError(`The directory file ${path} is empty: export the directory again.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = endsEarly(String(error), text) ? ' It ends in the middle: export the directory again.' : '';
    throw new CommandError(`The directory file ${path} is not JSON.${cut}`);
  }
}

/** Whether the parser was still waiting for something when the text was over. */
function endsEarly(message: string, text: string): boolean {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return /end of JSON input|Unterminated/.test(message) || Number(position) >= text.trimEnd().length;
}

/** What Graph says of an answer that has more pages, or holds only what changed (learn.microsoft.com/graph/paging, delta-query-overview). */
function signOfAPart(content: JsonRecord, length: number): string | undefined {
  if ('@odata.nextLink' in content) return 'it has an @odata.nextLink, so more pages follow';
  if ('@odata.deltaLink' in content) return 'it has an @odata.deltaLink, so it may hold only what changed';
  const count = content['@odata.count'];
  return typeof count === 'number' && count > length
    ? `it has ${length} users, and its @odata.count is ${count}`
    : undefined;
}
