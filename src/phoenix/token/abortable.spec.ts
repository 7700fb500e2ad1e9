import { getEventListeners } from 'node:events';
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

  it('warns of no leak when many waits share a signal, and keeps one listener for them', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => void warnings.push(name);
    process.on('warning', onWarning);
    const controller = new AbortController();
    const { signal } = controller;
    const waits = Array.from({ length: 50 }, () => abortable(new Promise(() => undefined), signal));
    const settled = abortable(Promise.resolve('token'), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await expect(settled).resolves.toBe('token');
    const reason = new Error('the caller went away');
    controller.abort(reason);
    const outcomes = await Promise.allSettled(waits);
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(outcomes).toEqual(Array(50).fill({ status: 'rejected', reason }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(warnings).toEqual([]);
  });

  it('takes the shared listener off with the last of the waits, and can wait again', async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 2; round++) {
      let resolve!: () => void;
      const last = abortable(new Promise<void>((settle) => (resolve = settle)), signal);
      await abortable(Promise.resolve(), signal);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      resolve();
      await last;
      await new Promise(setImmediate);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }
  });
});
