import 'reflect-metadata';
import { PhoenixModule } from 'nestjs-phoenix';

PhoenixModule.forRoot({ clientId: 'partner', clientSecret: 'secret', controller: false });
