import { suitesOf } from './suites.js';

for (const suite of suitesOf('phoenix', 2, 5)) await import(suite);
