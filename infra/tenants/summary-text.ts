import { showDate } from '../commands/shared/output.ts';
import { brakeCount, brakeWord } from './brake-text.ts';
import type { Period } from './periods.ts';
import type { Summary } from './summary.ts';
import type { TokenSummary } from './token-summary.ts';

const DAY = 86_400_000;
const BAR = 30;

/** A summary as lines of text without colours, with a bar for each day. */
export function summaryText(summary: Summary): string {
  const { service, tenant, at, days } = summary;
  return [
    `${tenant}, ${service}, on ${showDate(at)}`,
    ...resourceLines(summary),
    `Last change: ${lastChangeText(summary)}`,
    `Changes per day (UTC) in the last ${days.length} days:`,
    ...chart(days),
    ...brakeLines(summary),
    ...tokenLines(summary),
    '',
  ].join('\n');
}

function resourceLines({ service, tenant, resources, unreadableChanges }: Summary): readonly string[] {
  const { active, disabled, unreadable } = resources;
  const damage = [
    unreadable > 0 ? counted(unreadable, 'row of a resource', 'rows of resources') : [],
    unreadableChanges > 0 ? counted(unreadableChanges, 'line of the history', 'lines of the history') : [],
  ].flat();
  const counts = `Resources: ${active} active, ${disabled} disabled.`;
  if (damage.length === 0) return [counts];
  return [counts, `${damage.join(' and ')} cannot be read: npm run audit -- --service ${service} --tenant ${tenant}`];
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

function lastChangeText({ lastChange, at }: Summary): string {
  if (!lastChange) return 'none.';
  const { change, id } = lastChange;
  const what = change ? `, ${change} ${id}` : '; the history no longer contains what changed';
  return `${dateText(lastChange.at, at)}${what}.`;
}

function chart(days: readonly Period[]): readonly string[] {
  const most = Math.max(...days.map(({ total }) => total));
  const width = String(most).length;
  return days.map(({ start, total, changes }) => {
    const bar = '█'.repeat(total === 0 ? 0 : Math.max(1, Math.round((BAR * total) / most)));
    const counts = Object.entries(changes).filter(([, count]) => count > 0);
    const words = counts.map(([word, count]) => `${count} ${word}`).join(', ');
    const date = `${start.toUTCString().slice(0, 3)} ${start.toISOString().slice(0, 10)}`;
    return `  ${date}  ${String(total).padStart(width)}  ${bar.padEnd(BAR)}  ${words}`.trimEnd();
  });
}

function brakeLines({ brake }: Summary): readonly string[] {
  if (!brake) return [];
  const count = brakeCount(brake);
  return [`Brake: ${brakeWord(brake)}.`, ...(count === '' ? [] : [`Disabled or deleted: ${count}.`])];
}

function tokenLines({ tokens, at }: Summary): readonly string[] {
  if (!tokens) return ['Token: unknown, because no key vault is named.'];
  if (tokens.length === 0) return ['Token: none.'];
  return tokens.map((token) => `Token: ${tokenText(token, at)}`);
}

function tokenText({ scope, state, created, expires, fingerprint }: TokenSummary, at: Date): string {
  const scopeText = scope === 'all' ? ', for all services' : '';
  const expiry = expires ? `${expires > at ? 'expires' : 'expired'} ${dateText(expires, at)}` : 'never expires';
  return `${state}${scopeText}; made ${dateText(created, at)}, ${expiry}; fingerprint ${fingerprint ?? 'not known'}.`;
}

const dateText = (date: Date, at: Date): string => `${showDate(date)} (${agoText(date, at)})`;

/** How many days a date is before or after another one. */
function agoText(date: Date, at: Date): string {
  const days = Math.floor(Math.abs(at.getTime() - date.getTime()) / DAY);
  if (days === 0) return date > at ? 'within a day' : 'less than a day ago';
  const text = `${days} day${days === 1 ? '' : 's'}`;
  return date > at ? `in ${text}` : `${text} ago`;
}
