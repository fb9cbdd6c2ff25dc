import { readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

const folder = `${sep}node_modules${sep}`;

/** The folders of the packages that these files are of. */
export function packagesOf(files) {
  const folders = files
    .filter((file) => file.includes(folder))
    .map((file) => {
      const at = file.lastIndexOf(folder) + folder.length;
      const [scope, name] = file.slice(at).split(sep);
      return file.slice(0, at) + (scope.startsWith('@') ? join(scope, name) : scope);
    });
  return [...new Set(folders)];
}

/**
 * Writes `file`: the packages of which something is in the image, as CycloneDX 1.5. Without a time or a serial number, so
 * that the same lockfile gives the same file.
 */
export async function writeSbom(file, service, folders) {
  const found = await Promise.all(
    folders.map(async (path) => JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))),
  );
  const byPurl = new Map(found.map((one) => [purlOf(one), one]));
  const components = [...byPurl]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([purl, one]) => describe(purl, one));
  const subject = {
    type: 'application',
    'bom-ref': purlOf(service),
    name: service.name,
    version: service.version,
  };
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: subject },
    components,
  };
  await writeFile(file, `${JSON.stringify(sbom, null, 1)}\n`);
  return components.length;
}

const purlOf = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function describe(purl, { name, version, license }) {
  const named = typeof license === 'string' ? license : license?.type;
  const licenses =
    named === undefined
      ? {}
      : { licenses: [/ (OR|AND) /.test(named) ? { expression: named } : { license: { name: named } }] };
  return { type: 'library', 'bom-ref': purl, name, version, purl, ...licenses };
}
