import { types } from 'node:util';

export interface ListenAddress {
  readonly port: number;
  readonly host: string;
}

/**
 * Why a program of ours cannot listen, and what to do.
 *
 * @param names what the reader calls the settings
 * @returns undefined when the address is not to blame
 */
export function explainListenFailure(
  error: unknown,
  { port, host }: ListenAddress,
  names: Readonly<Record<keyof ListenAddress, string>>,
): string | undefined {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} on ${host} is in use. ` +
        `Stop the program that holds it, or set ${names.port} to a free one.`
      );
    case 'EACCES':
      return (
        `Port ${port} on ${host} may not be opened by this user. ` +
        `Set ${names.port} to one above 1023, or give the program the right to it.`
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return (
        `${host} is not an address of this machine (${code}). ` +
        `Set ${names.host} to one that is, such as 127.0.0.1, or to 0.0.0.0 for all of them.`
      );
    default:
      return undefined;
  }
}
