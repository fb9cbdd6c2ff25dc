import Bowser from 'bowser';

/** What somebody may recognise a device of theirs by; null where that is not known. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

const maxLength = 512;
const browsers = new Set(Object.values(Bowser.BROWSER_MAP));
const systems = new Set(Object.values(Bowser.OS_MAP));

/** Few different ones come, each again and again, and taking one apart costs as much as a query. */
const maxRemembered = 256;
const remembered = new Map<string, Device>();

/** Only names that are well known: a User-Agent may say anything. */
export function nameDevice(userAgent: string | undefined): Device {
  if (!userAgent) return { browser: null, system: null };
  const text = userAgent.slice(0, maxLength);
  const before = remembered.get(text);
  if (before !== undefined) return before;
  const parser = Bowser.getParser(text);
  const device = {
    browser: known(browsers, parser.getBrowserName()),
    system: known(systems, parser.getOSName()),
  };
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(text, device);
  return device;
}

const known = (names: ReadonlySet<string>, name: string): string | null => (names.has(name) ? name : null);
