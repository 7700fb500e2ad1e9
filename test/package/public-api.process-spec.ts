import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

describe('The public API', () => {
  it('is what the reports in api/ say', () => {
    const script = fileURLToPath(new URL('../../api/report.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
