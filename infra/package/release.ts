import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bicepAt, findBicep } from '../check/bicep.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { environments } from '../deploy/az.ts';
import { packApp } from './package.ts';

const INFRA = join(import.meta.dirname, '..');

/**
 * Makes all that a deployment needs, so that it neither builds nor installs anything: the package, the templates as the Bicep CLI compiles them, and the
 * program that deploys them, in one file. Throws CommandError where there is no Bicep CLI or the Bicep files do not compile.
 */
export async function makeRelease(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const { commit } = await packApp(join(folder, 'package.zip'));
  writeFileSync(join(folder, 'commit'), `${commit}\n`);
  await compileTemplates(folder);
  await bundleDeploy(join(folder, 'deploy.mjs'));
}

/** Puts the command deploy with all that it imports into one file, which Node runs without packages. */
export async function bundleDeploy(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(INFRA, 'commands/deploy.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['*/package/package.ts'], // it builds, which a release is spared
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }, // for packages in CommonJS
    logLevel: 'warning',
  });
}

async function compileTemplates(folder: string): Promise<void> {
  const program = findBicep(process.env);
  if (program === undefined) throw new CommandError('A release needs the Bicep CLI: set BICEP to where it is.');
  const bicep = bicepAt(program, INFRA);
  const compile = async (command: string, file: string, name: string) => {
    const { isWell, output, errors } = await bicep(command, file, '--stdout');
    if (!isWell) throw new CommandError(errors);
    writeFileSync(join(folder, name), command === 'build' ? output : parametersIn(output));
  };
  await compile('build', 'main.bicep', 'main.json');
  for (const one of environments) await compile('build-params', `${one}.bicepparam`, `${one}.parameters.json`);
}

/** The CLI prints the parameters as text in an object, with the template that they are for. */
const parametersIn = (output: string): string => JSON.parse(output).parametersJson;

/** npm run release */
async function main(): Promise<void> {
  await makeRelease('release');
  console.log('release: what node release/deploy.mjs --release release deploys');
}

if (import.meta.main) void main();
