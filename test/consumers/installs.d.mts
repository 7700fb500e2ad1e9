export type Host = 'nest-11' | 'nest-12';
export type Manager = 'npm' | 'pnpm' | 'yarn';

export function command(host: Host, manager: Manager): string;
