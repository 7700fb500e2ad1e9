// @ts-check
process.stderr.write(
  'This folder is the service, and is not packed. The package is made in lib: npm run build && npm pack ./lib\n',
);
process.exitCode = 1;
