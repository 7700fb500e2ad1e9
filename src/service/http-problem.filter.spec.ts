import { Controller, Get, Logger, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Logbook } from '../../test/phoenix/logbook.js';
import { HttpProblemFilter } from './http-problem.filter.js';

const MESSAGE = 'connection to db.internal refused for user admin';

@Controller()
class BrokenController {
  @Get('broken')
  broken(): never {
    throw new Error(MESSAGE);
  }
}

describe('a bug of the service', () => {
  let app: INestApplication;
  const logbook = new Logbook();

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ controllers: [BrokenController] })
      .setLogger(logbook)
      .compile();
    app = testing.createNestApplication(new FastifyAdapter());
    app.useGlobalFilters(new HttpProblemFilter());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    Logger.overrideLogger(true);
  });

  it('is answered without what it says, and logged with it', async () => {
    const reply = await fetch(`${await app.getUrl()}/broken`);
    const text = await reply.text();
    expect(reply.status).toBe(500);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject({
      code: 'internal_server_error',
      detail: 'Something went wrong here; it was logged.',
    });
    expect(text).not.toContain(MESSAGE);
    const errors = logbook.entries.filter(({ level }) => level === 'error');
    expect(errors.map(({ parts }) => String(parts[0]))).toEqual([expect.stringContaining(MESSAGE)]);
  });
});
