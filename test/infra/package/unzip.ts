import { crc32, inflateRawSync } from 'node:zlib';

/** A file of an archive, as a program that unpacks it finds it. */
export interface Unzipped {
  readonly name: string;
  readonly content: Buffer;
}

/** Reads a zip archive from its end, as such programs do. Throws where it contradicts itself. */
export function unzip(archive: Buffer): readonly Unzipped[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'));
  const count = archive.readUInt16LE(end + 10);
  const start = archive.readUInt32LE(end + 16);
  if (start + archive.readUInt32LE(end + 12) !== end)
    throw new Error('The directory does not end where the end begins.');
  const files: Unzipped[] = [];
  for (let at = start; files.length < count; at += recordLength(archive, at)) files.push(readFile(archive, at));
  return files;
}

const recordLength = (archive: Buffer, at: number): number =>
  46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);

function readFile(archive: Buffer, at: number): Unzipped {
  if (archive.toString('latin1', at, at + 4) !== 'PK\x01\x02')
    throw new Error(`There is no directory record at ${at}.`);
  const name = archive.toString('utf8', at + 46, at + 46 + archive.readUInt16LE(at + 28));
  const local = archive.readUInt32LE(at + 42);
  const common = archive.subarray(at + 6, at + 30);
  if (!archive.subarray(local + 4, local + 28).equals(common)) throw new Error(`${name} has two different headers.`);
  const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const content = inflateRawSync(archive.subarray(begin, begin + archive.readUInt32LE(at + 20)));
  if (content.length !== archive.readUInt32LE(at + 24) || crc32(content) !== archive.readUInt32LE(at + 16)) {
    throw new Error(`${name} is damaged.`);
  }
  return { name, content };
}
