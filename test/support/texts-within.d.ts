export function textsWithin(...roots: readonly unknown[]): string[];
