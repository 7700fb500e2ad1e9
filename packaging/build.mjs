// @ts-check
import { rm } from 'node:fs/promises';
import { writeBody } from './body.mjs';
import { writeDeclarations } from './declarations.mjs';
import { writeCopy } from './esm-only.mjs';
import { writeFaces } from './faces.mjs';
import { OUTPUT } from './output.mjs';

// Under Jest, ES modules cannot be required, nor Nest 12 be imported by CommonJS. So there is one
// body of code, as functions of what it imports, and a face of it for each module system.
await rm(OUTPUT, { recursive: true, force: true });
const chunks = await writeBody();
await writeFaces(chunks);
await writeCopy(chunks);
await writeDeclarations();
