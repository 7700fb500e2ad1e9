import { types } from 'node:util';

/** All texts and bytes that an inspection of any depth would come upon, in a walk that visits each object once. */
export function textsWithin(...roots) {
  const texts = [];
  const seen = new Set();
  const pending = [...roots];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') texts.push(value);
    const isHeap = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isHeap || value === process.env || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('latin1'));
    else for (const key of Reflect.ownKeys(value)) pending.push(valueOf(value, key));
    if (types.isMap(value)) pending.push(...value.keys(), ...value.values());
    if (types.isSet(value)) pending.push(...value);
  }
  return texts;
}

/** Getters are called, as `getters: true` does. */
function valueOf(object, key) {
  try {
    return Reflect.get(object, key);
  } catch {
    return undefined;
  }
}

/** What all providers and controllers are, which Nest keeps where no walk comes to. */
export function instancesIn(modules) {
  return [...modules.values()].flatMap(({ providers, controllers, injectables }) =>
    [providers, controllers, injectables].flatMap((wrappers) =>
      [...wrappers.values()].map(({ instance }) => instance),
    ),
  );
}
