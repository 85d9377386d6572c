// Runs a file with the project's own Node 24, which npm ci installs as a package. This file itself runs on any version of Node:
//   node infra/local/node24.mjs <file> [arguments]
// The npm scripts use it. They use no shell features, so that they also work on Windows.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';
const node = join(project, 'node_modules/node/bin', windows ? 'node.exe' : 'node');

/** Runs a program and passes signals on to it. Resolves to its exit code. */
function run(command, parameters, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', ...options });
    const stop = passSignals(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stop();
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}

/** This process receives one Ctrl-C from the terminal and again from npm. It passes on one within this time, in milliseconds. */
const ONE_PRESS = 1_000;

/** Passes signals on to a child process. On Windows it does not: the console signals Ctrl-C to all its programs, and passing it on would kill the child. */
function passSignals(child) {
  const passed = new Map();
  const pass = (signal) => {
    const last = passed.get(signal) ?? Number.NEGATIVE_INFINITY;
    if (windows || performance.now() - last < ONE_PRESS) return;
    passed.set(signal, performance.now());
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  const watch = watchParent(() => pass('SIGTERM'));
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.removeListener(signal, pass);
  };
}

/** Calls `onEnd` when the parent process has ended. npm sends SIGTERM only to the shell that runs a script, and some shells, such as dash, do not pass it on. */
function watchParent(onEnd) {
  const parent = process.ppid;
  if (windows || process.env.npm_lifecycle_event === undefined) return undefined;
  return setInterval(() => {
    if (process.ppid !== parent) onEnd();
  }, 100);
}

/** Runs npm ci with the Node that runs this file, and with the npm that started it. */
function install() {
  const npm = process.env.npm_execpath;
  const parameters = ['ci', '--include=dev'];
  if (npm?.endsWith('.js')) return run(process.execPath, [npm, ...parameters], { cwd: project });
  return run('npm', parameters, { cwd: project, shell: windows });
}

/** Installs the packages and prints the progress every few seconds, because npm prints nothing until it has finished. */
async function installWithProgress() {
  console.error('Installing the packages (once, half a minute or more) …');
  const begin = performance.now();
  const tell = setInterval(() => {
    console.error(`  ${Math.round((performance.now() - begin) / 1000)} seconds, ${countPackages()} packages …`);
  }, 3_000);
  const code = await install().finally(() => clearInterval(tell));
  if (code === 0) console.error(`Installed ${countPackages()} packages.`);
  return code;
}

function countPackages() {
  const modules = join(project, 'node_modules');
  const names = (folder) => readdirSync(folder).filter((name) => !name.startsWith('.'));
  if (!existsSync(modules)) return 0;
  const counts = names(modules).map((name) => (name.startsWith('@') ? names(join(modules, name)).length : 1));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function main() {
  if (!existsSync(join(project, 'node_modules/.package-lock.json'))) {
    const code = await installWithProgress();
    if (code !== 0) return code;
  }
  if (existsSync(node)) return run(node, process.argv.slice(2));
  console.error('node_modules/node/bin contains no Node: run npm ci with install scripts allowed.');
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
