import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BROWSER = `${ROOT}src/browser/index.ts`;
const SHOP = `${ROOT}src/demo/public/shop.js`;

/** A page's world: a browser, and neither Node.js nor Nest. */
const PAGE: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  allowJs: true,
  types: [],
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  paths: { 'nestjs-phoenix/browser': [BROWSER] },
};

function compile(file: string, change: (text: string) => string = (text) => text) {
  const host = ts.createCompilerHost(PAGE);
  const { readFile } = host;
  host.readFile = (path) => (path === file ? change(readFileSync(file, 'utf8')) : readFile(path));
  const program = ts.createProgram([file], PAGE, host);
  return {
    errors: ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    files: program
      .getSourceFiles()
      .map(({ fileName }) => fileName.replace(ROOT, ''))
      .filter((name) => !name.startsWith('node_modules/typescript/')),
  };
}

describe('The types for pages', () => {
  it('need neither Nest nor Node.js', () => {
    expect(compile(BROWSER)).toEqual({
      errors: [],
      files: ['src/browser/phoenix-message.ts', 'src/browser/index.ts'],
    });
  });

  it('hold no code', () => {
    const { outputText } = ts.transpileModule(readFileSync(BROWSER, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext },
    });
    expect(outputText.trim()).toBe('export {};');
  });

  it('are what the demo is written against', () => {
    expect(compile(SHOP).errors).toEqual([]);
  });

  it.each([
    ['a field', 'message.data.order_id', 'message.data.orderId', 'orderId'],
    ['a message', "case 'USER_DONE'", "case 'USER_FINISHED'", 'USER_FINISHED'],
  ])('refuse %s that does not exist', (_, right, wrong, name) => {
    expect(compile(SHOP, (text) => text.replace(right, wrong)).errors.join()).toContain(name);
  });
});
