import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './command-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An option that is there or not: true or false. */
interface Flag {
  readonly flag: true;
  readonly help: string;
}

/** An option with a value. */
interface ValueOption<T> {
  /** What its line in the usage says; without it, the option has no line there, because the synopsis shows it. */
  readonly help?: string;
  /** What the usage calls the value of an option that has to be given, such as `<Tenant URL>`. */
  readonly required?: string;
  /** The setting that is read where the option is not given. */
  readonly setting?: string;
  /** Makes a value of what was given; `action` is the command's first word. Throws CommandError, in which `option` is named. */
  readonly read: (text: string | undefined, option: string, action: string) => T;
}

/** An option that may be repeated: the list of its values, empty where it is not given. */
interface ListOption {
  readonly list: true;
  readonly help: string;
}

type Options = Readonly<Record<string, Flag | ListOption | ValueOption<unknown>>>;

/** A command line, declared: all that is said and read of it. */
export interface CommandLine<Declared extends Options = Options, Action extends string = never> {
  /** Behind `npm run`. */
  readonly name: string;
  /** What may stand behind the name, a line each. */
  readonly synopsis: readonly string[];
  /** The words of which one has to be said first, with what each does; none by default. */
  readonly actions?: Readonly<Record<Action, string>>;
  readonly options: Declared;
  /** The end of the usage. */
  readonly notes?: string;
}

/** What was read off a command line: each option under its name, and the action. */
export type Values<Declared extends Options, Action extends string> = {
  readonly [Name in keyof Declared]: Declared[Name] extends ValueOption<infer T>
    ? T
    : Declared[Name] extends ListOption
      ? readonly string[]
      : boolean;
} & { readonly action: Action };

/** Makes the reader of an option that need not be given: then its value is undefined. */
export const optional =
  <T>(read: (text: string | undefined, option: string) => T) =>
  (text: string | undefined, option: string): T | undefined =>
    text === undefined ? undefined : read(text, option);

/** Reads a command line; 'help' where it asks for that. Throws CommandError, which never repeats a value that may be a token. */
export function parseOptions<Declared extends Options, Action extends string>(
  line: CommandLine<Declared, Action>,
  argv: readonly string[],
  environment: Environment,
): Values<Declared, Action> | 'help' {
  const { values, positionals } = split(line.options, argv);
  if (values['help']) return 'help';
  const action = readAction(line.actions, positionals);
  const read = Object.entries(line.options).map(([name, option]) => {
    const given = values[name];
    if ('flag' in option) return [name, given === true];
    if ('list' in option) return [name, given ?? []];
    const text = typeof given === 'string' ? given : undefined;
    const value = option.setting === undefined ? text : text || environment[option.setting];
    if (option.required && !value) throw new UsageError(`--${name} ${option.required} is missing.`);
    return [name, option.read(value, `--${name}`, action)];
  });
  return { ...Object.fromEntries(read), action }; // the type says of each option what its read returns
}

function split(options: Options, argv: readonly string[]) {
  const declared: ParseArgsOptionsConfig = { help: { type: 'boolean' } };
  for (const [name, option] of Object.entries(options))
    declared[name] = { type: 'flag' in option ? 'boolean' : 'string', multiple: 'list' in option };
  try {
    return parseArgs({ args: [...argv], options: declared, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error; // parseArgs throws nothing else
    throw new UsageError(`${message.split(/\.\s/)[0]}.`);
  }
}

function readAction(actions: Readonly<Record<string, string>> | undefined, words: readonly string[]): string {
  if (actions === undefined && words.length > 0) throw new UsageError('There is a value without an option before it.');
  const [word = ''] = words;
  if (actions === undefined || (words.length === 1 && Object.hasOwn(actions, word))) return word;
  throw new UsageError(`Say one of ${Object.keys(actions).join(', ')}.`);
}

/** The usage of a command: its synopsis, and a line for each action and option. */
export function usageOf({ name, synopsis, actions = {}, options, notes }: CommandLine<Options, string>): string {
  const lines = [
    ...Object.entries(actions),
    ...Object.entries(options).map(([option, { help }]) => [`--${option}`, help] as const),
  ].filter(([, help]) => help !== undefined);
  const width = Math.max(...lines.map(([word]) => word.length));
  return [
    ...synopsis.map((text, at) => `${at === 0 ? 'Usage:' : '      '} npm run ${name} -- ${text}`),
    ...lines.map(([word, help]) => `  ${word.padEnd(width)}   ${help}`),
    ...(notes === undefined ? [] : [notes]),
  ].join('\n');
}
