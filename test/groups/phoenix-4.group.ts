import { suitesOf } from './suites.js';

for (const suite of suitesOf('phoenix', 4, 5)) await import(suite);
