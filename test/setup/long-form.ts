interface Forms {
  /** The setting that overrides the number. */
  readonly setting: string;
  /** The script of package.json that runs the long form. */
  readonly script: string;
  readonly short: number;
  readonly long: number;
}

/** How much a test does: the number in the setting, otherwise the long form if npm runs its script, otherwise the short form. */
export function sizeOf({ setting, script, short, long }: Forms): number {
  const usual = process.env['npm_lifecycle_event'] === script ? long : short;
  return Number(process.env[setting] || usual);
}
