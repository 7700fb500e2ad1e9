import { PhoenixSandbox } from 'nestjs-phoenix/sandbox';

/** Starts the sandbox on a free port, and lets the application find it. */
export async function startVendor(): Promise<PhoenixSandbox> {
  const sandbox = await PhoenixSandbox.start({ port: 0 });
  process.env.SHOP_CLIENT_ID = sandbox.clientId;
  process.env.SHOP_CLIENT_SECRET = sandbox.clientSecret;
  process.env.SHOP_TOKEN_URL = sandbox.tokenUrl;
  return sandbox;
}
