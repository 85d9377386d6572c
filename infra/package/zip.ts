import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive; its name may have folders, parted by slashes. */
export interface Entry {
  readonly name: string;
  readonly content: Buffer;
}

/** Version 2.0 of the format, which all programs read; made on Unix, so that the permissions below count. */
const VERSION = 20;
const MADE_BY = (3 << 8) | VERSION;
const NAMES_ARE_UTF8 = 1 << 11;
const DEFLATED = 8;
/** 1 January 1980, the first date that the format knows: the same files make the same archive on every day. */
const DATE = (1 << 5) | 1;
/** A plain file that its owner may write and everybody may read. */
const PERMISSIONS = 0o100644 * 0x10000;

/**
 * Packs files into a zip archive, sorted by name; the same files make the same bytes. For packages of some megabytes: all of it is in memory.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function zip(entries: readonly Entry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = localFile(entry);
    directory.push(directoryRecord(entry, file.common, offset));
    files.push(file.bytes);
    offset += file.bytes.length;
  }
  return Buffer.concat([...files, ...directory, endRecord(entries.length, offset, Buffer.concat(directory).length)]);
}

/** The file with the header before it, and what the directory repeats of that header. */
function localFile({ name, content }: Entry): { readonly bytes: Buffer; readonly common: Buffer } {
  const data = deflateRawSync(content, { level: 9 });
  const sizes = [u32(crc32(content)), u32(data.length), u32(content.length)];
  const nameAndNoExtras = [u16(Buffer.byteLength(name)), u16(0)];
  const common = Buffer.concat([
    ...[VERSION, NAMES_ARE_UTF8, DEFLATED, 0, DATE].map(u16),
    ...sizes,
    ...nameAndNoExtras,
  ]);
  return { bytes: Buffer.concat([u32(0x04034b50), common, Buffer.from(name), data]), common };
}

function directoryRecord({ name }: Entry, common: Buffer, offset: number): Buffer {
  const commentDiskAndKind = [0, 0, 0].map(u16);
  return Buffer.concat([
    u32(0x02014b50),
    u16(MADE_BY),
    common,
    ...commentDiskAndKind,
    u32(PERMISSIONS),
    u32(offset),
    Buffer.from(name),
  ]);
}

function endRecord(count: number, offset: number, length: number): Buffer {
  const disks = [0, 0];
  return Buffer.concat([u32(0x06054b50), ...[...disks, count, count].map(u16), u32(length), u32(offset), u16(0)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
