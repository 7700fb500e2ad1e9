import { suitesOf } from './suites.js';

for (const suite of suitesOf('phoenix', 1, 5)) await import(suite);
