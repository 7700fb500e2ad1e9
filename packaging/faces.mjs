// @ts-check
import { isPeer, write } from './output.mjs';
import { ESM_ONLY } from './esm-only.mjs';

/** @typedef {import('./body.mjs').Chunk} Chunk */

/**
 * Where peers are imported. When one is missing, Node.js, Jest and bundlers name the package
 * and the file that asked for it, before any code of ours runs: so the file's name is the remedy.
 */
const PEERS_FOLDER = 'npm-install-missing-peer';

/** @type {Record<'esm' | 'cjs', { type: string, face: (chunk: Chunk) => string, peer: (id: string) => string }>} */
const MODULE_SYSTEMS = {
  esm: {
    type: 'module',
    peer: (id) => `export * from '${id}';\n`,
    face: ({ fileName, imports, exports }) => {
      const lines = imports.map((id, index) => `import * as i${index} from '${addressOf(id)}';`);
      const given = imports.map((id, index) => `'${id}': i${index}`);
      return [
        ...lines,
        `import body from '../body/${fileName}';`,
        `export const { ${exports.join(', ')} } = body({ ${given.join(', ')} });\n`,
      ].join('\n');
    },
  },
  cjs: {
    type: 'commonjs',
    peer: (id) => `module.exports = require('${id}');\n`,
    face: ({ fileName, imports, exports }) => {
      const given = imports.map((id) => {
        const address = id === ESM_ONLY ? `./${ESM_ONLY}.js` : addressOf(id);
        return `'${id}': require('${address}')`;
      });
      return [
        `const body = require('../body/${fileName}')({ ${given.join(', ')} });`,
        ...exports.map((name) => `exports.${name} = body.${name};`),
        '',
      ].join('\n');
    },
  },
};

/**
 * Gives the body a face for each module system, which imports what the body needs.
 *
 * @param {Chunk[]} chunks
 */
export async function writeFaces(chunks) {
  const peers = new Set(chunks.flatMap(({ imports }) => imports).filter(isPeer));
  for (const [name, { type, face, peer }] of Object.entries(MODULE_SYSTEMS)) {
    await write(`${name}/package.json`, `${JSON.stringify({ type })}\n`);
    for (const chunk of chunks) await write(`${name}/${chunk.fileName}`, face(chunk));
    for (const id of peers) await write(`${name}/${PEERS_FOLDER}/${id}.js`, peer(id));
  }
}

/** @param {string} id what the body imports */
function addressOf(id) {
  return isPeer(id) ? `./${PEERS_FOLDER}/${id}.js` : id;
}
