import type { Type } from '@nestjs/common';
import { PhoenixError } from './phoenix-error.js';
import { isPlainObject } from './plain-object.js';

type Handler = (this: unknown, ...parameters: unknown[]) => unknown;
type DecoratorOfAny = (
  target: object,
  name: string,
  descriptor: PropertyDescriptor,
) => PropertyDescriptor | undefined;

/**
 * Gives a controller class handlers of its own in place of those that it inherits, with the same metadata,
 * and decorates them, in the order of the list. What a host marks here, no other registration shows.
 *
 * @param names of the handlers
 * @throws {PhoenixError} `invalid_options`, when a decorator leaves no function that Nest could call
 */
export function ownHandlers(
  controller: Type<unknown>,
  names: readonly string[],
  decorators: readonly MethodDecorator[],
): void {
  const prototype = controller.prototype as object;
  for (const name of names) {
    const inherited = Reflect.get(prototype, name) as Handler;
    const copy: Handler = function (...parameters) {
      return inherited.apply(this, parameters);
    };
    Object.defineProperty(copy, 'name', { value: name });
    copyMetadata(inherited, copy);
    Object.defineProperty(prototype, name, { value: copy, writable: true, configurable: true });
    for (const decorate of decorators) decorateHandler(prototype, name, decorate);
  }
}

/** A decorator may put another function in the place of the handler, and what Nest knows of it goes along. */
function decorateHandler(prototype: object, name: string, decorate: MethodDecorator): void {
  const before = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  const handler = before.value as Handler;
  const after = (decorate as DecoratorOfAny)(prototype, name, before) ?? before;
  const replacement: unknown = after.value;
  if (typeof replacement !== 'function') throw noHandler(name);
  if (replacement !== handler) {
    copyMetadata(handler, replacement);
    // The OpenAPI document calls operations by the names of functions.
    Reflect.defineProperty(replacement, 'name', { value: name, configurable: true });
  }
  Object.defineProperty(prototype, name, after);
}

/** Lists and objects are copied, too, in case a decorator adds to them in place. */
function copyMetadata(from: object, to: object): void {
  const known = Reflect.getOwnMetadataKeys(to) as unknown[];
  for (const key of Reflect.getOwnMetadataKeys(from) as unknown[]) {
    if (known.includes(key)) continue;
    const value: unknown = Reflect.getOwnMetadata(key, from);
    Reflect.defineMetadata(key, copyOf(value), to);
  }
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])];
  return isPlainObject(value) ? { ...value } : value;
}

function noHandler(name: string): PhoenixError {
  return new PhoenixError(
    'invalid_options',
    `PhoenixModule cannot start, because one of handlerDecorators leaves no function in place of ${name}. ` +
      'Give method decorators that keep descriptor.value, or replace it by a function.',
  );
}
