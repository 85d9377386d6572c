import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, type JsonRecord } from '../commands/shared/json.ts';

/**
 * Reads all users of an export. Throws CommandError if the export appears to be incomplete, because users who are missing from it would be
 * deleted.
 */
export function readUsers(text: string, path: string): readonly unknown[] {
  const content = parse(text, path);
  const list = isRecord(content) ? content['value'] : content;
  if (!Array.isArray(list))
    throw new CommandError(`The directory file ${path} must be {"value": [users]}, as Microsoft Graph returns it.`);
  const sign = isRecord(content) ? signOfIncompleteness(content, list.length) : undefined;
  if (sign === undefined) return list;
  throw new CommandError(`The directory file ${path} is not the whole directory: ${sign}. ${WHOLE}`);
}

const WHOLE = 'Export all pages into one list: docs/provision.md shows how. Nothing was changed.';

/** Decodes an export. PowerShell writes UTF-16 if the output of a command is redirected to a file. */
export function decodeExport(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function parse(text: string, path: string): unknown {
  if (text.trim() === '') throw new CommandError(`The directory file ${path} is empty: export the directory again.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = endsEarly(String(error), text) ? ' The file is incomplete: export the directory again.' : '';
    throw new CommandError(`The directory file ${path} is not JSON.${cut}`);
  }
}

/** Whether the parser failed at the end of the text. */
function endsEarly(message: string, text: string): boolean {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return /end of JSON input|Unterminated/.test(message) || Number(position) >= text.trimEnd().length;
}

/** The sign that a response of Microsoft Graph has more pages or contains only changes (learn.microsoft.com/graph/paging, delta-query-overview). */
function signOfIncompleteness(content: JsonRecord, length: number): string | undefined {
  if ('@odata.nextLink' in content) return 'it has an @odata.nextLink, so more pages follow';
  if ('@odata.deltaLink' in content) return 'it has an @odata.deltaLink, so it may contain only changes';
  const count = content['@odata.count'];
  return typeof count === 'number' && count > length
    ? `it has ${length} users, but its @odata.count is ${count}`
    : undefined;
}
