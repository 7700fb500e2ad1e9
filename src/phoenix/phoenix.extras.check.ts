import { z } from 'zod';
import { ApiKeyGuard } from './http/api-key.guard.js';
import { CredentialGuard } from './http/credential.guard.js';
import { JwtGuard } from './http/jwt.guard.js';
import { describeIssue, PhoenixOptionsError, problemsOf, type Guides } from './option-problems.js';
import type { PhoenixModuleExtras } from './phoenix.extras.js';

const DECORATORS_REMEDY = 'Give class decorators, called where they take arguments: [Public()]';
const HANDLER_DECORATORS_REMEDY =
  'Give method decorators, called where they take arguments: [SkipTransform()]';
const GUARDS_REMEDY =
  'Give classes, or instances of your own with canActivate; a class that is undefined here comes from files that import each other';
const PATH_REMEDY = "Give the begin of the routes, such as 'phoenix', or leave it out";

const GUIDE: Guides = {
  name: { remedy: "Give a name such as 'eu', or leave it out for the only registration" },
  isGlobal: { remedy: 'Give true or false; false is the default' },
  imports: { remedy: 'Give the list of modules that your guards need' },
  controller: {
    remedy: 'Give { path, version, guards, decorators, handlerDecorators }, or false for no routes',
  },
  'controller.path': { remedy: PATH_REMEDY },
  'controller.guards': { remedy: GUARDS_REMEDY },
  'controller.decorators': { remedy: DECORATORS_REMEDY },
  'controller.handlerDecorators': { remedy: HANDLER_DECORATORS_REMEDY },
  health: {
    remedy: 'Give { path, version, guards, decorators, handlerDecorators }, or false for no routes',
  },
  'health.path': { remedy: PATH_REMEDY },
  'health.guards': { remedy: GUARDS_REMEDY },
  'health.decorators': { remedy: DECORATORS_REMEDY },
  'health.handlerDecorators': { remedy: HANDLER_DECORATORS_REMEDY },
};

/** They are given what they check with, so Nest has to make them. */
const OWN_GUARDS = [ApiKeyGuard, JwtGuard, CredentialGuard];

/** Whether there are any guards is decided where the routes are closed. */
const guards = z.unknown().superRefine((value, context) => {
  if (!Array.isArray(value)) return;
  value.forEach((guard: unknown, index) => {
    const message = problemOfGuard(guard);
    if (message !== undefined) context.addIssue({ code: 'custom', message, path: [index] });
  });
});

const decorator = z.custom((value) => typeof value === 'function', 'is no decorator');

const face = {
  path: z.string().optional(),
  version: z.unknown().optional(),
  decorators: z.array(decorator).optional(),
  handlerDecorators: z.array(decorator).optional(),
  guards: guards.optional(),
};

const extrasSchema = z.object({
  name: z.string().min(1).optional(),
  isGlobal: z.boolean().optional(),
  imports: z.array(z.unknown()).optional(),
  controller: z.strictObject(face).optional(),
  health: z.strictObject(face).optional(),
});

/**
 * Checks what decides about the shape of the module. The compiler does so too, but not for
 * hosts in JavaScript, and not for a class that is still undefined.
 *
 * @throws {PhoenixOptionsError} that lists every problem with its remedy
 */
export function checkExtras(extras: PhoenixModuleExtras): void {
  const { controller, health } = extras;
  const { error } = extrasSchema.safeParse(
    {
      ...extras,
      controller: controller === false ? undefined : controller,
      health: health === false ? undefined : health,
    },
    { error: describeIssue },
  );
  if (error !== undefined) throw new PhoenixOptionsError(problemsOf(error, GUIDE, 'option'));
}

function problemOfGuard(value: unknown): string | undefined {
  if (typeof value === 'function') return undefined;
  if (value === undefined) return 'is undefined';
  const own = OWN_GUARDS.find((guard) => value instanceof guard);
  if (own !== undefined) return `is an instance, but ${own.name} is made by Nest`;
  const { canActivate } = Object(value) as { canActivate?: unknown };
  return typeof canActivate === 'function' ? undefined : 'is no guard';
}
