import { setFlagsFromString } from 'node:v8';

// The HTTP parsers of fetch and undici are WebAssembly. After some ten answers V8 compiles them a second time, for speed,
// and takes 36 MiB for a moment: measured as the step from 92 to 128 MiB that ended gateways with 5,000 sockets.
// The first compilation serves as well: a parser is a few hundredths of what a request costs.
for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
