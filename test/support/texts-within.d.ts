import type { ModulesContainer } from '@nestjs/core';

export function textsWithin(...roots: readonly unknown[]): string[];
export function instancesIn(modules: ModulesContainer): unknown[];
