// Begins on whatever Node the machine has, and runs the rest on the project's own Node 24, which npm ci installs as a package:
//   node infra/local/node24.mjs <file> [arguments]
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';
const node = join(project, 'node_modules/.bin', windows ? 'node.cmd' : 'node');

/** Runs a program to its end and passes the signals on that end this process. Resolves to its exit code. */
function run(command, parameters, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', shell: windows, ...options });
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.removeListener(name, pass);
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}

async function main() {
  if (!existsSync(join(project, 'node_modules/.package-lock.json'))) {
    console.error('Installing the packages (once, about half a minute) …');
    const code = await run('npm', ['ci', '--include=dev'], { cwd: project });
    if (code !== 0) return code;
  }
  if (existsSync(node)) return run(node, process.argv.slice(2));
  console.error('node_modules/.bin/node is missing: run npm ci with install scripts allowed.');
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
