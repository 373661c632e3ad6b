import nodeModule from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

// What V8 made of the program is kept beside it, as Python keeps its own: reading so much source takes longer than most
// commands. Only who may write the program may write there; where nobody may, everything goes on without.
nodeModule.enableCompileCache(join(import.meta.dirname, 'compiled'));
// Room for young objects grows at once to what a plan needs, not from one megabyte by doubling: each step on the way
// copies all that a command still holds.
setFlagsFromString('--semi-space-growth-factor=16');
const program = './main.mjs';
await import(program);
