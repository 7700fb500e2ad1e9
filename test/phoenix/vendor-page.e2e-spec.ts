import {
  Controller,
  Get,
  Header,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Page } from 'playwright-core';
import { PhoenixSandbox } from '../../src/sandbox/index.js';
import { describeWithChromium } from '../support/chromium.js';
import { phoenixHost, type PhoenixHost } from './harness.js';

const WALLET = '0x742d35Cc6634C0532925a3b844Bc454e4438f44e';
const SESSION = 'session=alice';

/** How a page asks for the token: both ways end in the same error state. */
const ASKING = {
  'a page that looks at the status': `
    const answer = await fetch('/api/token');
    if (!answer.ok) throw new Error('status ' + answer.status);
    return (await answer.json()).access_token;`,
  'a page that looks at nothing but the field, as the vendor’s does': `
    return (await (await fetch('/api/token')).json()).access_token;`,
  'a page that looks for the error of the vendor’s sample backend, or for no token': `
    const body = await (await fetch('/api/token')).json();
    if (body.error) throw new Error(body.error);
    return body.access_token;`,
} as const;
type Style = keyof typeof ASKING;

/** Behaves like the vendor's downloadable code (vendor page: integration-html), in words of our own. */
const checkoutPage = (iframeUrl: string, style: Style): string => `<!doctype html>
<html lang="en"><title>Checkout</title><link rel="icon" href="data:,">
<button id="buy">Buy</button><p id="problem" role="alert" hidden></p>
<iframe id="market" title="Phoenix payment" allow="clipboard-write" width="350" height="600" hidden></iframe>
<script type="module">
  const askForToken = async () => {${ASKING[style]}
  };
  document.getElementById('buy').onclick = async () => {
    const token = await askForToken().catch(() => null);
    if (!token) {
      problem.textContent = 'Payment is not available now.';
      problem.hidden = false;
      return;
    }
    market.src = '${iframeUrl}?address=${WALLET}&amount=1.46&access_token=' + token + '&theme=dark';
    market.hidden = false;
  };
</script>`;

let page: string;

@Controller('checkout')
class CheckoutController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Set-Cookie', `${SESSION}; HttpOnly; SameSite=Strict; Path=/`)
  show(): string {
    return page;
  }
}

/** The host's own: a session in a cookie, which the page sends without knowing of it. */
@Injectable()
class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: { readonly cookie?: string } }>();
    return headers.cookie === SESSION;
  }
}

describeWithChromium('A page like the vendor’s own', (browser) => {
  let sandbox: PhoenixSandbox;
  let app: PhoenixHost;
  let tab: Page;

  beforeEach(async () => {
    sandbox = await PhoenixSandbox.start();
    app = await phoenixHost()
      .vendor(sandbox)
      .options({ eager: false, maxAttempts: 1 })
      .extras({ controller: { path: 'api', guards: [SessionGuard] } })
      .around({ controllers: [CheckoutController] })
      .start();
    tab = await browser().newPage();
  });
  afterEach(async () => {
    await tab.close();
    await app.close();
    await sandbox.close();
  });

  const buyOn = async (style: Style) => {
    page = checkoutPage(sandbox.iframeUrl, style);
    await tab.goto(`${app.url}/checkout`);
    await tab.getByRole('button', { name: 'Buy' }).click();
  };
  const styles = Object.keys(ASKING) as Style[];

  it.each(styles)('works with GET /api/token: %s', async (style) => {
    await buyOn(style);

    await tab.frameLocator('#market').getByRole('button', { name: /^Pay/ }).waitFor();
    expect(sandbox.stats().iframePages).toEqual({ shown: 1, refused: 0 });
    expect(await tab.getByRole('alert').count()).toBe(0);
  });

  it.each(styles)('reaches its own error state on our 503: %s', async (style) => {
    sandbox.setFault({ kind: 'status', status: 503 });
    const answer = tab.waitForResponse(/\/api\/token$/);

    await buyOn(style);

    await tab.getByRole('alert').waitFor();
    expect(await tab.getByRole('alert').textContent()).toBe('Payment is not available now.');
    expect((await answer).status()).toBe(503);
    expect((await answer).headers()['content-type']).toContain('application/problem+json');
    expect(await tab.locator('#market').isVisible()).toBe(false);
    expect(sandbox.stats().iframePages).toEqual({ shown: 0, refused: 0 });
  });

  it('gives strangers nothing', async () => {
    expect((await app.get('/api/token', {})).status).toBe(403);
  });
});
