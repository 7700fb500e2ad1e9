import { HttpService } from '@nestjs/axios';
import type { Provider } from '@nestjs/common';
import { create, type AxiosInstance } from 'axios';
import { PHOENIX_HTTP } from './phoenix.tokens.js';

/**
 * An HTTP client that the host's own has no part in. `HttpModule.register` would not do: a new
 * instance of axios copies the defaults of the global one, so that a host's `Authorization`
 * would travel to the vendor, or its `baseURL` send the client secret elsewhere.
 */
export const phoenixHttpService: Provider = {
  provide: PHOENIX_HTTP,
  useFactory: () => new HttpService(withoutDefaults(create())),
};

function withoutDefaults(instance: AxiosInstance): AxiosInstance {
  const { defaults } = instance;
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  return instance;
}
