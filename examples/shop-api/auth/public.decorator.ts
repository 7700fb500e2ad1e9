import { Reflector } from '@nestjs/core';

/** Marks a controller or route that needs no sign-in. */
export const Public = Reflector.createDecorator<boolean>();
