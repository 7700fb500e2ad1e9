import { suitesOf } from './suites.js';

for (const suite of suitesOf('sandbox', 2, 2)) await import(suite);
