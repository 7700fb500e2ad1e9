// @ts-check
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/** Declarations of each entry point, by the name of its report. */
const ENTRY_POINTS = {
  'nestjs-phoenix': 'lib/esm/phoenix/index.d.ts',
  'nestjs-phoenix.browser': 'lib/esm/browser/index.d.ts',
  'nestjs-phoenix.redis': 'lib/esm/phoenix/redis/index.d.ts',
  'nestjs-phoenix.sandbox': 'lib/esm/sandbox/index.d.ts',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/**
 * @param {string} name
 * @param {string} declarations
 * @returns {boolean} whether the report says what the declarations say
 */
function report(name, declarations) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: `${root}api/${name}.json`,
    packageJsonFullPath: `${root}lib/package.json`,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `${root}${declarations}`,
      compiler: { tsconfigFilePath: `${root}scripts/tsconfig.esm.json` },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: `${root}api`,
        reportTempFolder: `${root}node_modules/.cache/api`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { apiReportChanged, succeeded } = Extractor.invoke(config, {
    localBuild: !flags.check,
    messageCallback: (message) => {
      if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
    },
  });
  return flags.check ? succeeded && !apiReportChanged : succeeded;
}

const outdated = Object.entries(ENTRY_POINTS)
  .filter(([name, declarations]) => !report(name, declarations))
  .map(([name]) => `api/${name}.api.md`);
if (outdated.length > 0) {
  process.stderr.write(
    `The public API is not what ${outdated.join(', ')} says. If that is on purpose, run npm run api and commit the reports.\n`,
  );
  process.exitCode = 1;
}
