import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bicepAt, findBicep } from '../check/bicep.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { environments } from '../deploy/az.ts';
import { packApp } from './package.ts';

const INFRA = join(import.meta.dirname, '..');

/**
 * Makes a folder from which a deployment needs no build and no installation: it contains the package, the compiled templates, and the program that deploys
 * them. Throws CommandError if there is no Bicep CLI or the Bicep files do not compile.
 */
export async function makeRelease(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const { commit } = await packApp(join(folder, 'package.zip'));
  writeFileSync(join(folder, 'commit'), `${commit}\n`);
  await compileTemplates(folder);
  await bundleDeploy(join(folder, 'deploy.mjs'));
}

/** Bundles the deploy command with all its imports into one file, which Node can run without packages. */
export async function bundleDeploy(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(INFRA, 'commands/deploy.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['*/package/package.ts'], // only needed to build, which a release does not do
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }, // for packages in CommonJS
    logLevel: 'warning',
  });
}

async function compileTemplates(folder: string): Promise<void> {
  const program = findBicep(process.env);
  if (program === undefined) throw new CommandError('A release needs the Bicep CLI: set BICEP to its path.');
  const bicep = bicepAt(program, INFRA);
  const compile = async (command: string, file: string, name: string) => {
    const { succeeded, output, errors } = await bicep(command, file, '--stdout');
    if (!succeeded) throw new CommandError(errors);
    writeFileSync(join(folder, name), command === 'build' ? output : parametersIn(output));
  };
  await compile('build', 'main.bicep', 'main.json');
  for (const one of environments) await compile('build-params', `${one}.bicepparam`, `${one}.parameters.json`);
}

/** The parameters in the output of the CLI, which is an object with the parameters and the template as text. */
const parametersIn = (output: string): string => JSON.parse(output).parametersJson;

/** npm run release */
async function main(): Promise<void> {
  await makeRelease('release');
  console.log(
    'The release is in the folder release. To deploy it: node release/deploy.mjs --release release --environment <environment>',
  );
}

if (import.meta.main) void main();
