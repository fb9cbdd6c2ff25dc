/**
 * Makes of each named service's dist/ what its image holds: `node services/build.mjs OUT gateway message`.
 *
 *   OUT/<name>/  package.json  sbom.cdx.json  migrations/  node_modules/ (what cannot be bundled)  dist/{main,migrate,*-worker}.js
 *
 * The folders lie to one another as in the service, so a path relative to import.meta.url means the same in both.
 * The web client is bundled by its own build and copied as it is: OUT/web/dist.
 */
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packagesOf, writeSbom } from './write-sbom.mjs';

const servicesDirectory = dirname(fileURLToPath(import.meta.url));

/** What is started by its file name. */
const entry = /^(main|migrate|[a-z-]+-worker)\.js$/;

/** Copied with what they depend on instead: native code, or files that they read from their own folder. */
const copied = ['sharp', '@node-rs/argon2', '@fastify/swagger-ui'];

/** Who asks at run time for which packages that we do not use. They find nothing and go on, as in the workspace. */
const absent = {
  '@nestjs':
    /^(@nestjs\/(microservices|websockets|platform-express)|@fastify\/(static|view|multipart)|class-(transformer|validator)|file-type)(\/|$)/,
  pg: /^pg-native$/,
};

/** Bundled CommonJS modules call require for Node's own modules and for what is copied. */
const banner = `
import { createRequire as stormCreateRequire } from 'node:module';
import { fileURLToPath as stormFileURLToPath } from 'node:url';
const require = stormCreateRequire(import.meta.url);
const __filename = stormFileURLToPath(import.meta.url);
const __dirname = stormFileURLToPath(new URL('.', import.meta.url));
`;

const exists = (path) => stat(path).then(Boolean, () => false);
const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

const leaveAbsent = {
  name: 'leave-absent',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const asker = importer.split('/node_modules/').at(-1)?.split('/')[0] ?? '';
      return absent[asker]?.test(path) ? { path, external: true } : undefined;
    });
  },
};

/** TypeORM requires its driver by a computed name, which no bundler can follow; ours is always pg. */
const typeormDriver = {
  name: 'typeorm-driver',
  setup(bundle) {
    bundle.onLoad({ filter: /typeorm[/]platform[/]PlatformTools\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('return require(name);', "if (name === 'pg') return require('pg');");
      if (contents === source) throw new Error(`${path} no longer requires its driver as expected`);
      return { contents, loader: 'js' };
    });
  },
};

/**
 * undici's index brings fetch, WebSocket, caches and all that they need: a tenth of the gateway's cold start. Ours is
 * always its Pool; a module with just that export makes the bundler refuse whoever asks for more.
 */
const undiciPool = {
  name: 'undici-pool',
  setup(bundle) {
    bundle.onLoad({ filter: /node_modules[/]undici[/]index\.js$/ }, () => ({
      contents: "export { default as Pool } from './lib/dispatcher/pool.js';",
      loader: 'js',
    }));
  },
};

/** Copies a package and everything it needs, each to where it lies in the installed tree. False if it is not installed. */
async function copyPackage(name, from, into, seen) {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  for (const found of folders.map((folder) => join(folder, name))) {
    if (!(await exists(join(found, 'package.json')))) continue;
    const place = found.slice(found.indexOf('/node_modules/') + '/node_modules/'.length);
    const taken = seen.get(place);
    if (taken === found) return true;
    if (taken !== undefined) throw new Error(`${taken} and ${found} want one place`);
    seen.set(place, found);
    await cp(found, join(into, place), {
      recursive: true,
      filter: (path) => !/\.(d\.[cm]?ts|map|md)$|(^|[/])(node_modules|test)$/.test(relative(found, path)),
    });
    const { dependencies = {}, optionalDependencies = {} } = await readJson(join(found, 'package.json'));
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const isInstalled = await copyPackage(dependency, found, into, seen);
      if (!isInstalled && !(dependency in optionalDependencies))
        throw new Error(`${name} needs ${dependency}`);
    }
    return true;
  }
  return false;
}

const seenFiles = (seen) => [...seen.values()].map((path) => join(path, 'package.json'));

async function bundleService(name, out) {
  const service = join(servicesDirectory, name);
  const dist = join(service, 'dist');
  const entries = (await readdir(dist)).filter((file) => entry.test(file));
  if (!entries.includes('main.js')) throw new Error(`${dist}/main.js is missing: build the service first`);
  await rm(out, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: entries.map((file) => join(dist, file)),
    outdir: join(out, 'dist'),
    bundle: true,
    // Shared code once, and what is imported late is also read late.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    // Node prints the line of an error that ends it: a whole bundle in one line hid the reason.
    lineLimit: 400,
    banner: { js: banner },
    // As from Node 21 on. Where it is missing pg asks for `Response` to know where it runs: a tenth of a service's cold start.
    define: { navigator: '{"userAgent":"Node.js"}' },
    external: copied,
    plugins: [leaveAbsent, typeormDriver, undiciPool],
    metafile: true,
    logLevel: 'warning',
  });
  const outputs = Object.values(metafile.outputs);
  const asked = new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)));
  const seen = new Map();
  for (const one of copied.filter((one) => asked.has(one))) {
    const isInstalled = await copyPackage(one, service, join(out, 'node_modules'), seen);
    if (!isInstalled) throw new Error(`${one} is not installed`);
  }
  const migrations = join(service, 'migrations');
  if (await exists(migrations)) await cp(migrations, join(out, 'migrations'), { recursive: true });
  const { name: fullName, version } = await readJson(join(service, 'package.json'));
  const manifest = { name: fullName, version, private: true, type: 'module' };
  await writeFile(join(out, 'package.json'), `${JSON.stringify(manifest)}\n`);
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(path));
  const packages = await writeSbom(
    join(out, 'sbom.cdx.json'),
    manifest,
    packagesOf([...inputs, ...seenFiles(seen)]),
  );
  const kibibytes = Math.round(outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
  const beside = [...seen.keys()].join(' ') || 'nothing';
  console.log(
    `${name}: ${kibibytes} KiB in ${outputs.length} files of ${packages} packages; beside them ${beside}`,
  );
}

const [out, ...names] = process.argv.slice(2);
if (out === undefined || names.length === 0) throw new Error('usage: node services/build.mjs OUT NAME...');
for (const name of names) {
  const into = join(resolve(out), name);
  if (name === 'web')
    await cp(join(servicesDirectory, name, 'dist'), join(into, 'dist'), { recursive: true });
  else await bundleService(name, into);
}
