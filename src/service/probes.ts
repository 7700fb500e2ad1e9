/** Where the health routes of the service are. */
export const HEALTH_PATH = 'health';

const PROBES: readonly (string | undefined)[] = [`/${HEALTH_PATH}/live`, `/${HEALTH_PATH}/ready`];

/**
 * Whether a route is one that Kubernetes asks, often and from one address. The details of health are
 * none: they check credentials, and so guesses of them have to count.
 */
export function isProbe(path: string | undefined): boolean {
  return PROBES.includes(path);
}
