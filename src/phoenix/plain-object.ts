/** Whether a value is an object of named values: neither nothing, nor a list, a map or a function. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
