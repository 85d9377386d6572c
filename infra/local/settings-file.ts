import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

export type Settings = Readonly<Record<string, string>>;

const EXAMPLE = join(import.meta.dirname, '../../local.settings.example.json');

/** The `Values` of a local.settings.json, which is made from the example where it is missing. Throws StartError where it is not one. */
export function readSettingsFile(file: string): Settings {
  if (!existsSync(file)) copyFileSync(EXAMPLE, file);
  chmodSync(file, 0o600); // it holds tokens
  return readContent(file).Values;
}

/** Writes one more value into the file and leaves the rest as it is. */
export function addSetting(file: string, name: string, value: string): void {
  const content = readContent(file);
  const changed = { ...content, Values: { ...content.Values, [name]: value } };
  writeFileSync(file, `${JSON.stringify(changed, null, 2)}\n`);
}

/** The shape that Azure Functions Core Tools reads; other keys of the file are theirs. */
interface Content {
  readonly Values: Settings;
}

function readContent(file: string): Content {
  const content = parse(readFileSync(file, 'utf8'));
  if (isContent(content)) return content;
  throw new StartError(
    'local.settings.json is broken: it has to be JSON of the form {"IsEncrypted": false, "Values": {"NAME": "text"}}. Mend it, or delete it and npm start makes a new one with new tokens.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isContent(content: unknown): content is Content {
  if (!isRecord(content) || content['IsEncrypted'] === true || !isRecord(content['Values'])) return false;
  return Object.values(content['Values']).every((value) => typeof value === 'string');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
