import { stringify } from 'yaml';
import { buildAsyncapi } from './build-asyncapi.ts';

/** The text of docs/asyncapi.yaml. */
export const renderAsyncapi = (): string =>
  `# Generated from packages/contracts by \`npm run generate\`.\n${stringify(buildAsyncapi(), {
    aliasDuplicateObjects: false,
    blockQuote: 'literal',
    lineWidth: 110,
  })}`;
