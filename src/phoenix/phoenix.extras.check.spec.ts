import { ApiKeyGuard, PhoenixModule, PhoenixOptionsError } from './index.js';

const OPTIONS = { clientId: 'partner', clientSecret: 'secret', apiKeys: ['a-key-of-sixteen'] };

function problemsWith(extras: unknown): PhoenixOptionsError['problems'] {
  try {
    PhoenixModule.forRoot({ ...OPTIONS, ...(extras as object) });
    return [];
  } catch (error) {
    if (error instanceof PhoenixOptionsError) return error.problems;
    throw error;
  }
}

describe('What decides about the shape of the module', () => {
  it.each<[string, unknown]>([
    ['nothing', {}],
    ['undefined everywhere', { name: undefined, controller: undefined, health: undefined }],
    ['a path that is undefined', { controller: { path: undefined }, health: { path: undefined } }],
    ['no routes', { controller: false, health: false }],
    [
      'guards as classes and instances',
      { controller: { guards: [ApiKeyGuard, { canActivate: () => true }] } },
    ],
    ['no guards on purpose', { controller: { guards: 'none' } }],
    ['versions', { controller: { version: ['1', '2'] }, health: { version: Symbol('neutral') } }],
  ])('may be %s', (_, extras) => {
    expect(problemsWith(extras)).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [{ name: '' }, 'name', 'is empty'],
    [{ name: 5 }, 'name', 'must be text'],
    [{ isGlobal: 'yes' }, 'isGlobal', 'must be true or false'],
    [{ imports: {} }, 'imports', 'must be a list'],
    [{ controller: true }, 'controller', 'must be an object'],
    [{ controller: null }, 'controller', 'must be an object'],
    [{ controller: { path: 5 } }, 'controller.path', 'must be text'],
    [{ controller: { guard: [] } }, 'controller.guard', 'is not an option of this module'],
    [{ controller: { guards: [undefined] } }, 'controller.guards.0', 'is undefined'],
    [{ controller: { guards: [ApiKeyGuard, {}] } }, 'controller.guards.1', 'is no guard'],
    [{ controller: { guards: [null] } }, 'controller.guards.0', 'is no guard'],
    [
      { controller: { guards: [Reflect.construct(ApiKeyGuard, [{ apiKeys: [] }])] } },
      'controller.guards.0',
      'is an instance, but ApiKeyGuard is made by Nest',
    ],
    [{ controller: { decorators: () => 1 } }, 'controller.decorators', 'must be a list'],
    [{ health: { decorators: ['Public'] } }, 'health.decorators.0', 'is no decorator'],
    [{ health: 'on' }, 'health', 'must be an object'],
    [{ health: { path: [] } }, 'health.path', 'must be text'],
  ])('must not be %j', (extras, field, problem) => {
    expect(problemsWith(extras)).toEqual([
      { field, problem, remedy: expect.stringMatching(/^(Give|Remove)/) as string },
    ]);
  });

  it('is told in one error, which names every problem', () => {
    const problems = problemsWith({ name: '', health: 'on' });
    expect(problems.map(({ field }) => field)).toEqual(['name', 'health']);
  });
});
