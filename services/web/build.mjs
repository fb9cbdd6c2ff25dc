/**
 * Builds the chat client into dist/: hashed files under assets/, two pages that differ only in how far up the root lies
 * (the gateway may stand below any path prefix, which it does not know), and a .br and .gz beside what compresses.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const compressible = /\.(js|css|html|svg|json|webmanifest)$/;

/** Its styles come as a style element and as attributes, which our policy refuses; a constructed sheet and the CSSOM do the same. */
const setsAttribute = 'targetNode.setAttribute(attributeName, newValue);';
const emojiStyles = {
  name: 'emoji-styles',
  setup(bundle) {
    bundle.onLoad({ filter: /emoji-picker-element[/]picker\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace("const style = document.createElement('style');", 'const sheet = new CSSStyleSheet();')
        .replace(
          'style.textContent = baseStyles + EXTRA_STYLES;',
          'sheet.replaceSync(baseStyles + EXTRA_STYLES);',
        )
        .replace('this.shadowRoot.appendChild(style);', 'this.shadowRoot.adoptedStyleSheets = [sheet];')
        .replace(
          setsAttribute,
          `if (attributeName === 'style') targetNode.style.cssText = newValue; else ${setsAttribute}`,
        );
      if (
        /createElement\('style'\)|textContent = base|appendChild\(style\)/.test(contents) ||
        !source.includes(setsAttribute)
      )
        throw new Error(`${path} no longer sets its styles as expected`);
      return { contents, loader: 'js' };
    });
  },
};

const require = createRequire(import.meta.url);
const locales = ['en', 'fr'];

/** The names of emoji by language, fetched when somebody first looks for one. */
async function placeEmojiData() {
  const placed = {};
  await mkdir(join(dist, 'assets'), { recursive: true });
  for (const locale of locales) {
    const content = await readFile(require.resolve(`emoji-picker-element-data/${locale}/cldr/data.json`));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
    placed[locale] = `emoji-${locale}-${hash}.json`;
    await writeFile(join(dist, 'assets', placed[locale]), content);
  }
  return placed;
}

await rm(dist, { recursive: true, force: true });
const emojiData = await placeEmojiData();
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { app: 'src/main.tsx', style: 'src/styles/main.css' },
  outdir: 'dist/assets',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
  // Node's WebSocket package: a browser brings its own.
  external: ['ws'],
  define: { 'process.env.NODE_ENV': '"production"', STORM_EMOJI_DATA: JSON.stringify(emojiData) },
  plugins: [emojiStyles],
  metafile: true,
  logLevel: 'warning',
});

const outputs = Object.entries(metafile.outputs);
const isEntry =
  (entry) =>
  ([, output]) =>
    output.entryPoint === entry;
const [script, { imports }] = outputs.find(isEntry('src/main.tsx'));
const [style] = outputs.find(isEntry('src/styles/main.css'));
const assetOf = (path) => relative('dist', path);
const preloads = imports
  .filter(({ kind, external }) => kind === 'import-statement' && !external)
  .map(({ path }) => `<link rel="modulepreload" href="${assetOf(path)}">`);

const copy = async (from, to) => {
  await mkdir(dirname(join(dist, to)), { recursive: true });
  await writeFile(join(dist, to), await readFile(join(root, 'public', from)));
};
for (const file of await readdir(join(root, 'public'))) if (file !== 'page.html') await copy(file, file);

const page = await readFile(join(root, 'public', 'page.html'), 'utf8');
const render = (base) =>
  page
    .replace('{{base}}', base)
    .replace('{{style}}', assetOf(style))
    .replace('{{script}}', assetOf(script))
    .replace('{{preloads}}', preloads.join(''));
await writeFile(join(dist, 'index.html'), render('./'));
await writeFile(join(dist, 'conversation.html'), render('../'));

/** Everything but the names of emoji, which are kept when somebody has looked for one. */
const shell = (await readdir(join(dist, 'assets'))).filter((file) => !file.endsWith('.json')).sort();
const files = [...shell.map((file) => `assets/${file}`), 'icon.svg', 'manifest.webmanifest'];
const shellHash = createHash('sha256').update(files.join()).digest('hex').slice(0, 8);
await build({
  absWorkingDir: root,
  entryPoints: { sw: 'src/worker/service-worker.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  minify: true,
  legalComments: 'none',
  define: { STORM_SHELL: JSON.stringify({ build: shellHash, files }) },
  logLevel: 'warning',
});

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
let bytes = 0;
const compressed = (await readdir(dist, { recursive: true })).filter((file) => compressible.test(file));
await Promise.all(
  compressed.map(async (file) => {
    const content = await readFile(join(dist, file));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: content.length > 300_000 ? 9 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    const [br, gz] = await Promise.all([
      compressBrotli(content, { params }),
      compressGzip(content, { level: 9 }),
    ]);
    await Promise.all([writeFile(join(dist, `${file}.br`), br), writeFile(join(dist, `${file}.gz`), gz)]);
    const isFirst =
      file === assetOf(script) ||
      imports.some(({ path, kind }) => kind === 'import-statement' && assetOf(path) === file);
    if (isFirst) bytes += br.length;
  }),
);
console.log(`${basename(root)}: first load ${(bytes / 1024).toFixed(1)} KiB of script in brotli`);
