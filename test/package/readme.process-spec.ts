import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

/** What a reader's application has, and the examples use without saying so. */
const HOST = `
import { Injectable, type CanActivate } from '@nestjs/common';
@Injectable() export class SessionGuard implements CanActivate { canActivate() { return true; } }
export class SessionModule {}
export class VaultModule {}
export declare class VaultService { clientId: string; read(name: string): Promise<string>; }
export declare function readSecret(name: string): Promise<string>;
export { expect } from '@jest/globals';
export { Controller, Get, Header, Injectable, Query, Req, UseFilters, UseGuards } from '@nestjs/common';
export { phoenixConfig, PhoenixExceptionFilter, PhoenixIframeService, PhoenixModule, PhoenixTokenService } from 'nestjs-phoenix';
export { PhoenixSandbox, PhoenixSandboxModule } from 'nestjs-phoenix/sandbox';
export { Test } from '@nestjs/testing';
export class AppModule {}
`;
const HOST_FILE = `${ROOT}test/package/session.guard.ts`;
const SECRETS_FILE = `${ROOT}test/package/secrets.ts`;
const SECRETS = `export { readSecret } from './session.guard.js';`;
const HOST_NAMES = [
  'SessionGuard',
  'SessionModule',
  'Controller',
  'Get',
  'Header',
  'Query',
  'Req',
  'UseFilters',
  'UseGuards',
  'PhoenixExceptionFilter',
  'PhoenixIframeService',
  'VaultModule',
  'VaultService',
  'readSecret',
  'expect',
  'Injectable',
  'phoenixConfig',
  'PhoenixModule',
  'PhoenixTokenService',
  'PhoenixSandbox',
  'PhoenixSandboxModule',
  'Test',
  'AppModule',
];

const PAGE_FILE = `${ROOT}test/package/page.d.ts`;
/** What a reader's page has, and our reply. */
const PAGE = `
declare const session: string;
declare function showReceipt(data: unknown): void;
interface Response { json(): Promise<import('../../src/phoenix/http/phoenix.dto.js').PhoenixIframeUrlDto> }
`;
const PAGE_OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  checkJs: true,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
};

/** The TypeScript examples, by the line they start at. */
const examples = examplesIn('ts', complete);
/** Those of a page. */
const pages = examplesIn('js', (code) => `${code}\nexport {};\n`);

function examplesIn(language: string, toModule: (code: string) => string): Map<string, string> {
  const blocks = README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return new Map(
    [...blocks].map(({ 1: code = '', index }) => {
      const line = README.slice(0, index).split('\n').length;
      return [`${ROOT}test/package/readme-line-${line}.${language}`, toModule(code)];
    }),
  );
}

/** Adds the imports that an example leaves to the reader. */
function complete(code: string): string {
  const imported = [...code.matchAll(/^import \{(.*?)\}/gms)].flatMap(({ 1: names = '' }) =>
    names.split(',').map((name) => name.trim()),
  );
  const own = (name: string) => imported.includes(name) || code.includes(`class ${name} `);
  const missing = HOST_NAMES.filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !own(name));
  return `import { ${missing.join(', ')} } from './session.guard.js';\n${code}\nexport {};\n`;
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return {
    ...options,
    noUnusedLocals: false,
    paths: {
      'nestjs-phoenix': [`${ROOT}lib/esm/phoenix/index.d.ts`],
      'nestjs-phoenix/*': [`${ROOT}lib/esm/phoenix/*/index.d.ts`, `${ROOT}lib/esm/*/index.d.ts`],
    },
  };
}

/** Declarations of packages and of the language, parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function findErrors(
  files: ReadonlyMap<string, string>,
  special: ts.CompilerOptions = {},
): string[] {
  const options = { ...compilerOptions(), ...special };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, language);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, language, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) =>
      [file?.fileName.replace(ROOT, ''), ts.flattenDiagnosticMessageText(messageText, '\n')].join(
        ': ',
      ),
    );
}

describe('The examples of the README', () => {
  it('begin with examples/minimal, which runs', () => {
    const [code] = /^import \{ Module \}.*?(?=^```$)/ms.exec(README) ?? [];
    expect(code).toBe(readFileSync(`${ROOT}examples/minimal/app.module.ts`, 'utf8'));
  });

  it('compile against the built package', () => {
    expect(examples.size).toBeGreaterThan(5);
    expect(findErrors(new Map([...examples, [HOST_FILE, HOST], [SECRETS_FILE, SECRETS]]))).toEqual(
      [],
    );
  });

  it('would not compile with an option that does not exist', () => {
    const [file = '', code = ''] = [...examples][0] ?? [];
    const wrong = new Map([
      [file, code.replace('clientId:', 'clientID:')],
      [HOST_FILE, HOST],
    ]);
    expect(findErrors(wrong).join()).toContain('clientID');
  });

  it('of a page are right about the browser and about our reply', () => {
    expect(pages.size).toBeGreaterThan(0);
    expect(findErrors(new Map([...pages, [PAGE_FILE, PAGE]]), PAGE_OPTIONS)).toEqual([]);
  });

  it.each([
    ['our reply does not have', 'title }', 'heading: title }', 'heading'],
    ['a message does not have', 'source,', 'sender: source,', 'sender'],
    ['nobody defines', 'showReceipt(', 'showReceipts(', 'showReceipts'],
  ])('of a page would be refused with a name that %s', (_, right, wrong, name) => {
    const [file = '', code = ''] = [...pages][0] ?? [];
    const files = new Map([
      [file, code.replace(right, wrong)],
      [PAGE_FILE, PAGE],
    ]);
    expect(findErrors(files, PAGE_OPTIONS).join()).toContain(`'${name}'`);
  });
});
