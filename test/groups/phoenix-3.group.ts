import { suitesOf } from './suites.js';

for (const suite of suitesOf('phoenix', 3, 5)) await import(suite);
