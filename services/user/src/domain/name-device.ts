import Bowser from 'bowser';

/** What somebody may recognise a device of theirs by; null where that is not known. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

const maxLength = 512;
const browsers = new Set(Object.values(Bowser.BROWSER_MAP));
const systems = new Set(Object.values(Bowser.OS_MAP));

/** Only names that are well known: a User-Agent may say anything. */
export function nameDevice(userAgent: string | undefined): Device {
  if (!userAgent) return { browser: null, system: null };
  const parser = Bowser.getParser(userAgent.slice(0, maxLength));
  return { browser: known(browsers, parser.getBrowserName()), system: known(systems, parser.getOSName()) };
}

const known = (names: ReadonlySet<string>, name: string): string | null => (names.has(name) ? name : null);
