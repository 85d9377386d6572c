import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './command-error.ts';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An option without a value: true if it is given, otherwise false. */
interface Flag {
  readonly flag: true;
  readonly help: string;
}

/** An option with a value. */
interface ValueOption<T> {
  /** The option's line in the usage. An option without it has no line, because the synopsis shows it. */
  readonly help?: string;
  /** Makes the option required: the name of its value in the usage, such as `<Tenant URL>`. */
  readonly required?: string;
  /** The setting that is read if the option is not given. */
  readonly setting?: string;
  /** Converts the given text to a value; `action` is the first word of the command line. Throws CommandError with a message that names `option`. */
  readonly read: (text: string | undefined, option: string, action: string) => T;
}

/** An option that may be repeated: the list of its values, which is empty if it is not given. */
interface ListOption {
  readonly list: true;
  readonly help: string;
}

type Options = Readonly<Record<string, Flag | ListOption | ValueOption<unknown>>>;

/** The declaration of a command line. It defines how the command line is parsed and what its usage is. */
export interface CommandLine<Declared extends Options = Options, Action extends string = never> {
  /** The name of the npm script. */
  readonly name: string;
  /** The arguments that may follow the name, one line for each form. */
  readonly synopsis: readonly string[];
  /** The actions, one of which must be the first word, each with what it does; none by default. */
  readonly actions?: Readonly<Record<Action, string>>;
  readonly options: Declared;
  /** The last lines of the usage. */
  readonly notes?: string;
}

/** The values that were read from a command line: each option under its name, and the action. */
export type Values<Declared extends Options, Action extends string> = {
  readonly [Name in keyof Declared]: Declared[Name] extends ValueOption<infer T>
    ? T
    : Declared[Name] extends ListOption
      ? readonly string[]
      : boolean;
} & { readonly action: Action };

/** Makes the reader of an optional option, whose value is undefined if it is not given. */
export const optional =
  <T>(read: (text: string | undefined, option: string) => T) =>
  (text: string | undefined, option: string): T | undefined =>
    text === undefined ? undefined : read(text, option);

/** The reader of an option whose text is not checked. */
export const asGiven = (text = ''): string => text;

/** Parses a command line; returns 'help' if it contains --help. Throws CommandError, whose message never repeats a value, because the value may be a token. */
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
  return { ...Object.fromEntries(read), action }; // Values<> derives the type of each option from its `read`
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
  if (actions === undefined && words.length > 0)
    throw new UsageError('The command line contains a value without an option.');
  const [word = ''] = words;
  if (actions === undefined || (words.length === 1 && Object.hasOwn(actions, word))) return word;
  throw new UsageError(`The first word must be one of ${Object.keys(actions).join(', ')}.`);
}

/** The usage of a command: its synopsis, a line for each action and option, and its notes. */
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
