import { suitesOf } from './suites.js';

for (const suite of suitesOf('phoenix', 5, 5)) await import(suite);
