import { join } from 'node:path';
import { build } from 'esbuild';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly body: Uint8Array | string;
}

const PAGE = join(import.meta.dirname, '../page');

const SHELL = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>BookMe SCIM</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/style.css">
<script type="module" src="/assets/main.js"></script>
</head>
<body><div id="page"></div></body>
</html>
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 13h12M3 10l3-3 3 2 4-6" fill="none" stroke="#0b6e75" stroke-width="2"/></svg>`;

/** The HTML document of every view. */
export const shell: PageFile = { type: 'text/html; charset=utf-8', body: SHELL };

/** Bundles the page in memory. Rejects if the build fails, after esbuild has printed why. */
export async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, 'main.tsx'), join(PAGE, 'style.css')],
    outdir: '/assets',
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const file = (name: string): PageFile => ({
    type: name.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8',
    body: outputFiles.find(({ path }) => path.endsWith(name))?.contents ?? '',
  });
  return new Map([
    ['/assets/main.js', file('main.js')],
    ['/assets/style.css', file('style.css')],
    ['/assets/icon.svg', { type: 'image/svg+xml', body: ICON }],
  ]);
}
