import { faultSchema, problemsOf, type SandboxFault } from './fault.schema.js';

interface QueuedFault {
  readonly fault: SandboxFault;
  /** Undefined: until cleared. */
  timesLeft: number | undefined;
}

/** The faults still to come, in the order in which they were set. */
export class FaultQueue {
  #queue: QueuedFault[] = [];

  /** @throws Error naming each field that is not valid */
  add(fault: SandboxFault): void {
    const parsed = faultSchema.safeParse(fault);
    if (!parsed.success) {
      const problems = problemsOf(parsed.error).map(
        ({ field, problem }) => `  ${field || 'the fault'}: ${problem}`,
      );
      throw new Error(`The fault is not valid:\n${problems.join('\n')}`);
    }
    this.#queue.push({ fault: parsed.data, timesLeft: parsed.data.times });
  }

  replace(faults: readonly SandboxFault[]): void {
    this.#queue = faults.map((fault) => ({ fault, timesLeft: fault.times }));
  }

  clear(): void {
    this.#queue = [];
  }

  /** The faults still to come, each with the `times` it has left. */
  list(): SandboxFault[] {
    return this.#queue.map(({ fault, timesLeft }) =>
      timesLeft === undefined ? fault : { ...fault, times: timesLeft },
    );
  }

  /** The fault of the request that has just arrived, if any. */
  take(): SandboxFault | undefined {
    const next = this.#queue[0];
    if (next?.timesLeft !== undefined && --next.timesLeft === 0) this.#queue.shift();
    return next?.fault;
  }
}
