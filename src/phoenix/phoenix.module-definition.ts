import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PhoenixModuleExtras } from './phoenix.extras.js';
import { moduleFor } from './phoenix.module-shape.js';
import type { PhoenixOptions } from './phoenix.options.js';
import { PHOENIX_OPTIONS } from './phoenix.tokens.js';

/** Every extra must stand here, or the builder would take it for an option. */
const EXTRAS: { [Extra in keyof PhoenixModuleExtras]-?: PhoenixModuleExtras[Extra] | undefined } = {
  name: undefined,
  isGlobal: false,
  imports: [],
  controller: {},
  health: {},
};

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<PhoenixOptions>({ optionsInjectionToken: PHOENIX_OPTIONS })
    .setClassMethodName('forRoot')
    .setExtras<PhoenixModuleExtras>(EXTRAS, moduleFor)
    .build();
