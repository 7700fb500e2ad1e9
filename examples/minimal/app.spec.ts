import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { PhoenixSandbox, PhoenixSandboxModule } from 'nestjs-phoenix/sandbox';
import request from 'supertest';
import { AppModule } from './app.module.js';
import { SessionGuard } from './session.guard.js';

describe('the ten lines of the README', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({
      imports: [AppModule, PhoenixSandboxModule.forRoot()],
    }).compile();
    app = testing.createNestApplication();
    await app.listen(0);
  });
  afterAll(() => app.close());

  it('give signed-in users the address of the iframe', async () => {
    SessionGuard.sessions.add('alice');
    const reply = await request(await app.getUrl())
      .get('/phoenix/iframe-url')
      .query({ address: '0x52908400098527886E0F7030069857D2E4169EE7', amount: '25.00' })
      .set('Authorization', 'Bearer alice');
    expect(reply.status).toBe(200);
    const page = await fetch((reply.body as { url: string }).url);
    expect(page.status).toBe(200);
    expect(app.get(PhoenixSandbox).stats().iframePages).toEqual({ shown: 1, refused: 0 });
  });

  it('let Authorize in Swagger UI work, and say how the guard may answer', () => {
    const config = new DocumentBuilder().addBearerAuth().build();
    const { paths, components } = SwaggerModule.createDocument(app, config);
    expect(components?.securitySchemes).toHaveProperty('bearer.scheme', 'bearer');
    for (const path of ['/phoenix/token', '/phoenix/iframe-url']) {
      expect(paths[path]?.get?.security).toEqual([{ bearer: [] }]);
      expect(paths[path]?.get?.responses).toHaveProperty('401');
      expect(paths[path]?.get?.responses).toHaveProperty('403');
    }
  });

  it('give others nothing', async () => {
    const address = `${await app.getUrl()}/phoenix/iframe-url`;
    expect((await request(address).get('')).status).toBe(403);
    const stranger = await request(address).get('').set('Authorization', 'Bearer mallory');
    expect(stranger.status).toBe(403);
  });
});
