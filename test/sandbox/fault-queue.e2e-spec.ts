import { PhoenixSandbox, type SandboxFault } from '../../src/sandbox/index.js';
import { json, postJson } from './requests.js';

describe('The queue of faults', () => {
  let sandbox: PhoenixSandbox;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
  });
  afterEach(() => sandbox.close());

  const faults = (method: string, body?: unknown) =>
    fetch(`${sandbox.origin}/sandbox/faults`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  const statusesOf = async (count: number) => {
    const statuses: number[] = [];
    while (statuses.length < count) statuses.push((await postJson(sandbox)).status);
    return statuses;
  };

  it('consumes faults in the order in which they were set', async () => {
    sandbox.setFault({ kind: 'status', status: 503, times: 2 });
    sandbox.setFault({ kind: 'token', times: 1 });
    sandbox.setFault({ kind: 'status', status: 429, times: 1 });

    expect(await statusesOf(5)).toEqual([503, 503, 200, 429, 200]);
  });

  it('keeps a fault without times until faults are cleared', async () => {
    sandbox.setFault({ kind: 'status', status: 500 });
    sandbox.setFault({ kind: 'status', status: 429 });

    expect(await statusesOf(3)).toEqual([500, 500, 500]);
    sandbox.clearFaults();
    expect(await statusesOf(1)).toEqual([200]);
  });

  it('is not consumed by a method that the endpoint refuses', async () => {
    sandbox.setFault({ kind: 'status', status: 503, times: 1 });
    await fetch(sandbox.tokenUrl);

    expect(await statusesOf(2)).toEqual([503, 200]);
  });

  it('refuses a fault that is not valid, and names each field', () => {
    const fault = { kind: 'status', status: 200, times: 0 } as SandboxFault;

    expect(() => {
      sandbox.setFault(fault);
    }).toThrow(/status: .*\n.*times: /);
  });

  describe('over HTTP', () => {
    it('POST adds, GET lists what is left, DELETE clears', async () => {
      const added = await faults('POST', { kind: 'status', status: 503, times: 2 });
      expect(added.status).toBe(201);
      await faults('POST', { kind: 'hang' });
      await postJson(sandbox);

      expect(await json(faults('GET'))).toEqual({
        faults: [{ kind: 'status', status: 503, times: 1 }, { kind: 'hang' }],
      });

      const cleared = await faults('DELETE');
      expect(cleared.status).toBe(204);
      expect(await json(faults('GET'))).toEqual({ faults: [] });
    });

    it('PUT replaces all faults by a list', async () => {
      sandbox.setFault({ kind: 'hang' });
      const list = [
        { kind: 'status', status: 500, times: 1 },
        { kind: 'empty', times: 1 },
      ];

      expect(await json(faults('PUT', list))).toEqual({ faults: list });
      expect(await statusesOf(2)).toEqual([500, 200]);
    });

    it.each<SandboxFault>([
      { kind: 'token', set: { expires_in: '3600abc' }, remove: ['scope'], reissue: true },
      { kind: 'token', lifetimeSeconds: 5, jwtLifetimeSeconds: -5, clockSkewSeconds: -60 },
      { kind: 'hang', delayMs: 5, omitDate: true },
      { kind: 'hang-body' },
      { kind: 'disconnect' },
      { kind: 'disconnect-body' },
      { kind: 'status', status: 429, retryAfter: 'Wed, 21 Oct 2030 07:28:00 GMT', error: 'slow' },
      { kind: 'html' },
      { kind: 'truncated' },
      { kind: 'empty' },
      { kind: 'huge' },
      { kind: 'redirect', status: 308, location: 'https://elsewhere.example/' },
      { kind: 'reply', body: [{ deep: null }] },
    ])('accepts %j', async (fault) => {
      expect(await json(faults('POST', fault))).toEqual({ faults: [fault] });
    });

    it.each([
      ['an unknown kind', { kind: 'meteor' }, ['kind']],
      ['no kind', {}, ['kind']],
      ['a status out of range', { kind: 'status', status: 200 }, ['status']],
      ['a missing status', { kind: 'status' }, ['status']],
      ['an unknown field', { kind: 'hang', colour: 1, size: 2 }, ['colour', 'size']],
      ['two bodies', { kind: 'status', status: 500, body: 1, rawBody: 'x' }, ['body']],
      ['several bad fields', { kind: 'token', times: 0, delayMs: -1 }, ['times', 'delayMs']],
      ['half a second', { kind: 'token', clockSkewSeconds: 0.5 }, ['clockSkewSeconds']],
      ['a line break in a header', { kind: 'redirect', location: '/a\r\nb: c' }, ['location']],
      ['a missing reply', { kind: 'reply' }, ['body']],
      ['text instead of an object', 'hang', ['']],
    ])('answers 400 to %s and names the fields', async (_, fault, fields) => {
      const response = await faults('POST', fault);
      const { error, problems } = (await response.json()) as {
        error: string;
        problems: { field: string; problem: string }[];
      };

      expect(response.status).toBe(400);
      expect(error).toBe('invalid_fault');
      expect(problems.map(({ field }) => field).sort()).toEqual(fields.sort());
      expect(problems.every(({ problem }) => problem !== '')).toBe(true);
      expect(await json(faults('GET'))).toEqual({ faults: [] });
    });

    it('names the position of a bad fault in a list', async () => {
      const response = await faults('PUT', [{ kind: 'hang' }, { kind: 'status', status: 1 }]);

      expect(response.status).toBe(400);
      expect(await json(response)).toMatchObject({ problems: [{ field: '1.status' }] });
    });

    it('answers 400 to a body that is not JSON', async () => {
      const response = await fetch(`${sandbox.origin}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
      });

      expect(response.status).toBe(400);
      expect(await json(response)).toEqual({
        error: 'invalid_fault',
        problems: [{ field: '', problem: 'The body is not JSON' }],
      });
    });
  });
});
