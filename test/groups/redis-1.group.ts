import { suitesOf } from './suites.js';

for (const suite of suitesOf('redis', 1, 2)) await import(suite);
