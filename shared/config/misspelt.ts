/** Every setting whose name is ours. */
const SETTINGS: readonly string[] = [
  'SCIM_PUBLIC_URL',
  'SCIM_TABLES',
  'SCIM_KEY_VAULT_URI',
  'SCIM_TOKENS',
  'SCIM_TOKEN',
  'SCIM_RATE_LIMIT',
  'SCIM_FAILED_TOKEN_LIMIT',
  'SCIM_BRAKE',
  'SCIM_HISTORY_DAYS',
];

/** So many letters more, less or other than in a setting are a slip. A name that differs more is somebody else's, or of another version of the service. */
const SLIPS = 3;

/**
 * A setting that is misspelt, in a sentence with the one that is meant; undefined where there is none. Without it, the default would hold
 * silently: of a limit, of a brake.
 */
export function misspeltIn(env: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    const meant = !value?.trim() || SETTINGS.includes(name) ? undefined : nearestTo(name);
    if (meant !== undefined) return `There is no setting ${name}: ${meant} is meant. Correct its name, or unset it.`;
  }
  return undefined;
}

/** What is set and is no setting, for the sentence that one is missing; empty where there is nothing. */
export function unknownIn(env: Readonly<Record<string, string | undefined>>): string {
  const unknown = Object.keys(env).filter((name) => /^SCIM_/i.test(name) && !SETTINGS.includes(name));
  return unknown.length === 0 ? '' : ` (there is ${unknown.join(', ')}, which is no setting)`;
}

function nearestTo(name: string): string | undefined {
  if (!/^SCIM/i.test(name)) return undefined;
  const [nearest] = SETTINGS.map((setting) => ({ setting, slips: slipsBetween(lettersOf(name), lettersOf(setting)) }))
    .filter(({ setting, slips }) => slips <= Math.min(SLIPS, lettersOf(setting).length / 2))
    .toSorted((a, b) => a.slips - b.slips);
  return nearest?.setting;
}

/** Case and underscores aside, as people mix them up first. */
const lettersOf = (name: string): string => name.toUpperCase().replace(/^SCIM/, '').replaceAll('_', '');

/** How many letters have to be put in, taken out or changed (Levenshtein's distance). */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [column, wanted] of [...other].entries())
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}
