/** The settings of the service. */
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

/** The most letters by which a misspelt name differs from a setting. A name that differs more is taken for a setting of other software. */
const MAX_EDITS = 3;

/**
 * A sentence about a misspelt setting and its probable name; undefined if no setting is misspelt. Without this check, a misspelt limit or brake would
 * silently have its default.
 */
export function describeMisspelling(env: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    const meant = !value?.trim() || SETTINGS.includes(name) ? undefined : nearestTo(name);
    if (meant !== undefined)
      return `There is no setting ${name}. You probably mean ${meant}. Correct the name, or remove the setting.`;
  }
  return undefined;
}

/** A remark about unknown settings, for the message that a setting is missing; empty if there are none. */
export function describeUnknown(env: Readonly<Record<string, string | undefined>>): string {
  const unknown = Object.keys(env).filter((name) => /^SCIM_/i.test(name) && !SETTINGS.includes(name));
  return unknown.length === 0 ? '' : ` (${unknown.join(', ')} is set, but there is no such setting)`;
}

function nearestTo(name: string): string | undefined {
  if (!/^SCIM/i.test(name)) return undefined;
  const [nearest] = SETTINGS.map((setting) => ({
    setting,
    distance: editDistance(lettersOf(name), lettersOf(setting)),
  }))
    .filter(({ setting, distance }) => distance <= Math.min(MAX_EDITS, lettersOf(setting).length / 2))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.setting;
}

/** The letters of a name, without case and underscores, which are confused most often. */
const lettersOf = (name: string): string => name.toUpperCase().replace(/^SCIM/, '').replaceAll('_', '');

/** The Levenshtein distance: how many letters must be inserted, deleted or changed. */
function editDistance(name: string, setting: string): number {
  let row = Array.from({ length: setting.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...name].entries()) {
    const next = [at + 1];
    for (const [column, wanted] of [...setting].entries())
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    row = next;
  }
  return row[setting.length] ?? 0;
}
