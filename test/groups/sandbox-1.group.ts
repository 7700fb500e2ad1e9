import { suitesOf } from './suites.js';

for (const suite of suitesOf('sandbox', 1, 2)) await import(suite);
