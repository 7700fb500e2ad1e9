import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { runSandboxCli } from '../../src/sandbox/sandbox.cli.js';
import { parameters, postJson } from './requests.js';

describe('The command', () => {
  const started: PhoenixSandbox[] = [];
  afterEach(() => Promise.all(started.splice(0).map((sandbox) => sandbox.close())));

  const run = async (env: Record<string, string>) => {
    const printed = { out: '', err: '' };
    const sandbox = await runSandboxCli(env, {
      out: (text) => (printed.out += text),
      err: (text) => (printed.err += text),
    });
    if (sandbox !== undefined) started.push(sandbox);
    return { sandbox, ...printed };
  };

  it('prints how to use the sandbox', async () => {
    const { sandbox, out, err } = await run({ PORT: '0' });

    expect(out).toContain(sandbox!.tokenUrl);
    expect(out).toContain(sandbox!.iframeUrl);
    expect(out).toContain(sandbox!.clientId);
    expect(out).toContain(sandbox!.clientSecret);
    expect(out).toContain(`${sandbox!.origin}/sandbox/faults --json`);
    expect(err).toBe('');
  });

  it('prints commands that can be pasted', async () => {
    const { sandbox, out } = await run({ PORT: '0' });
    const [request, fault] = [...out.matchAll(/--json '(.*)'/g)].map(([, body]) => body);

    expect(JSON.parse(request!)).toEqual(parameters(sandbox!));
    const added = await fetch(`${sandbox!.origin}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: fault!,
    });
    expect(added.status).toBe(201);
    expect((await postJson(sandbox!)).status).toBe(503);
  });

  it.each([
    ['a port in use', () => ({ PORT: new URL(started[0]!.origin).port }), / is in use\. .*\.$/],
    [
      'a HOST of another machine',
      () => ({ PORT: '0', HOST: '192.0.2.1' }),
      /^192\.0\.2\.1 is not an address of this machine .* \(HOST for npm run sandbox\) .*\.$/,
    ],
    ['a PORT that is no number', () => ({ PORT: 'http' }), /^PORT is "http", .*0 to 65535\.$/],
    ['a PORT out of range', () => ({ PORT: '70000' }), /port/],
  ])('prints no stack for %s', async (_, env, line) => {
    started.push(await PhoenixSandbox.start());
    const { sandbox, out, err } = await run(env());

    expect(sandbox).toBeUndefined();
    expect(out).toBe('');
    expect(err.trimEnd()).toMatch(line);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
