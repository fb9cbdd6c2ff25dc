// Bundles the demo, or what fills a platform (`fill`), and runs it: Node 20 does not read TypeScript.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const name = process.argv[2] === 'fill' ? 'fill' : 'demo';
const outfile = fileURLToPath(new URL(`../dist/demo-${name}.mjs`, import.meta.url));
try {
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
  });
} catch {
  console.error('The demo could not be built. Next: npm install, then npm run up');
  process.exit(1);
}
await import(pathToFileURL(outfile).href);
