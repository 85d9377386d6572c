import { describe, expect, test } from '@jest/globals';
import { external } from '../../../infra/deploy/external.ts';

const runNode = (code: string, seconds = 60) => external.run(process.execPath, ['--eval', code], seconds);

describe('a program that is run', () => {
  test('gives its exit code and all that it prints', async () => {
    const long = "process.stdout.write('æ'.repeat(100_000)); process.stderr.write('no'); process.exitCode = 3";
    expect(await runNode(long)).toEqual({ code: 3, stdout: 'æ'.repeat(100_000), stderr: 'no' });
  });

  test('gets its parameters as they are', async () => {
    const { stdout } = await external.run(process.execPath, ['--print', 'process.argv[1]', "a b'$x"], 60);
    expect(stdout).toBe("a b'$x\n");
  });

  test('gets no input, so that a question ends it', async () => {
    expect(await runNode("process.stdin.on('end', () => process.exit(7)).resume()")).toMatchObject({ code: 7 });
  });

  test('is stopped when its time is over', async () => {
    expect(await runNode("console.log('begun'); setInterval(() => {}, 1000)", 0.5)).toMatchObject({ code: 124 });
  });

  test('that does not exist is 127', async () => {
    expect(await external.run('there-is-no-such-program', [], 60)).toEqual({ code: 127, stdout: '', stderr: '' });
  });
});
