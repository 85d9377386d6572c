interface Forms {
  /** The setting that says another number. */
  readonly setting: string;
  /** The script of package.json that asks for the long form. */
  readonly script: string;
  readonly short: number;
  readonly long: number;
}

/** How much a test does: what the setting says, else the long form where npm runs the script for it, else the short one. */
export function sizeOf({ setting, script, short, long }: Forms): number {
  const usual = process.env['npm_lifecycle_event'] === script ? long : short;
  return Number(process.env[setting] || usual);
}
