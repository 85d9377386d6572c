import { randomBytes } from 'node:crypto';

/** How many writes a row remembers: so many may be made by others before one whose outcome is unknown is settled. */
const REMEMBERED = 6;

/** Identifies a write among those of its row, and names the last ones that it builds upon, its own first. */
export const newStamp = (earlier = ''): string =>
  [randomBytes(9).toString('base64url'), ...earlier.split(' ')].slice(0, REMEMBERED).join(' ').trim();

/** Whether the write with the stamp `mine` made the state with the stamp `standing`, or one that it builds upon. */
export function isBuiltUpon(mine: string, standing: string): boolean {
  const [own = ''] = mine.split(' ');
  return standing.split(' ').includes(own);
}
