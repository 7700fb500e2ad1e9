import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { ServiceProcess } from './service-process.js';

const API_KEY = 'api-key-of-the-cluster';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly key: string } };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly env: readonly Variable[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly secret: { readonly items: readonly [{ readonly path: string }] };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: object;
    readonly ports?: readonly object[];
    readonly template: {
      readonly spec: {
        readonly containers: readonly [Container];
        readonly volumes: readonly [Volume];
      };
    };
  };
}

const text = readFileSync(new URL('../../deploy/kubernetes.yaml', import.meta.url), 'utf8');
const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const deployment = manifests.find(({ kind }) => kind === 'Deployment');
const [container] = deployment?.spec.template.spec.containers ?? [];
const PROBES = [container!.startupProbe, container!.livenessProbe, container!.readinessProbe];

/** What the Secret would hold: the sandbox's credentials, and no Redis. */
function secretsFor(sandbox: PhoenixSandbox): Record<string, string> {
  return { 'client-id': sandbox.clientId, 'api-keys': API_KEY };
}

function environmentOf(
  { env, volumeMounts }: Container,
  secrets: Record<string, string>,
  mounted: string,
): Record<string, string> {
  const mountPath = volumeMounts[0]?.mountPath ?? '';
  return Object.fromEntries(
    env.map(({ name, value = '', valueFrom }) => [
      name,
      valueFrom === undefined
        ? value.replace(mountPath, mounted)
        : (secrets[valueFrom.secretKeyRef.key] ?? ''),
    ]),
  );
}

describe('deploy/kubernetes.yaml', () => {
  it('holds a Deployment, and what selects its pods', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
    ]);
    const selectors = manifests.map(({ spec }) => JSON.stringify(spec.selector));
    const labels = '{"app.kubernetes.io/name":"phoenix-token"}';
    expect(selectors.every((selector) => selector.includes(labels))).toBe(true);
  });

  it('asks probes of the running service that answer', async () => {
    await using sandbox = await PhoenixSandbox.start();
    const mounted = mkdtempSync(join(tmpdir(), 'phoenix-secret-'));
    writeFileSync(join(mounted, 'client-secret'), sandbox.clientSecret);
    await using service = new ServiceProcess(
      'main.js',
      {
        ...environmentOf(container!, secretsFor(sandbox), mounted),
        // Elsewhere than in a pod: a free port, no Redis, and the sandbox instead of Phoenix.
        PORT: '0',
        PHOENIX_ENCRYPTION_KEYS: '',
        PHOENIX_TOKEN_URL: sandbox.tokenUrl,
        PHOENIX_FAIL_FAST: 'true',
      },
      mounted,
    );
    const [, port] = await service.printed(/"Listening on port (\d+)/);

    const statuses = await Promise.all(
      PROBES.map(async ({ httpGet }) => {
        const reply = await fetch(`http://127.0.0.1:${port}${httpGet.path}`);
        return reply.status;
      }),
    );
    expect(statuses).toEqual([200, 200, 200]);
    expect(service.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('mounts the client secret where the service looks for it', () => {
    const [mount] = container!.volumeMounts;
    const [volume] = deployment!.spec.template.spec.volumes;
    const file = container!.env.find(({ name }) => name === 'PHOENIX_CLIENT_SECRET_FILE')?.value;
    expect(mount?.name).toBe(volume.name);
    expect(file).toBe(`${mount?.mountPath}/${volume.secret.items[0].path}`);
  });

  it('lets the probes and the Service find the port that the service listens on by default', () => {
    expect(container?.ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    expect(PROBES.map(({ httpGet }) => httpGet.port)).toEqual(['http', 'http', 'http']);
    expect(manifests[1]?.spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  });
});
