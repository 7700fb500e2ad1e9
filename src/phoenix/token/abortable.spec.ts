import { abortable } from './abortable.js';

describe('abortable', () => {
  it('is the promise itself when nothing can abort the wait', () => {
    const promise = Promise.resolve('token');
    expect(abortable(promise, undefined)).toBe(promise);
  });

  it('passes the result on', async () => {
    const { signal } = new AbortController();
    await expect(abortable(Promise.resolve('token'), signal)).resolves.toBe('token');
  });

  it('passes the failure on', async () => {
    const { signal } = new AbortController();
    const failure = new Error('failed');
    await expect(abortable(Promise.reject(failure), signal)).rejects.toBe(failure);
  });

  it('ends the wait with the reason of the abort', async () => {
    const controller = new AbortController();
    const wait = abortable(new Promise(() => undefined), controller.signal);
    const reason = new Error('the caller went away');
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
  });

  it('does not begin to wait once aborted', async () => {
    const reason = new Error('the caller went away');
    const wait = abortable(Promise.resolve('token'), AbortSignal.abort(reason));
    await expect(wait).rejects.toBe(reason);
  });

  it('leaves the promise alone', async () => {
    const controller = new AbortController();
    let resolve!: (value: string) => void;
    const promise = new Promise<string>((settle) => (resolve = settle));
    const wait = abortable(promise, controller.signal);
    controller.abort();
    await expect(wait).rejects.toThrow('aborted');
    resolve('token');
    await expect(promise).resolves.toBe('token');
  });

  it('swallows a failure that comes after the abort', async () => {
    const controller = new AbortController();
    let reject!: (error: Error) => void;
    const promise = new Promise<string>((_, settle) => (reject = settle));
    const wait = abortable(promise, controller.signal);
    const reason = new Error('the caller went away');
    controller.abort(reason);
    reject(new Error('late'));
    await expect(wait).rejects.toBe(reason);
  });

  it.each([
    ['a result', Promise.resolve('token')],
    ['a failure', Promise.reject(new Error('failed'))],
  ])('takes its listener off the signal after %s', async (_, promise) => {
    const { signal } = new AbortController();
    const listening: string[] = [];
    signal.addEventListener = (type: string) => void listening.push(type);
    signal.removeEventListener = (type: string) => {
      listening.splice(listening.indexOf(type), 1);
    };
    await Promise.allSettled([abortable(promise, signal)]);
    await Promise.resolve();
    expect(listening).toEqual([]);
  });
});
