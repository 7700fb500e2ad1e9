import { suitesOf } from './suites.js';

for (const suite of suitesOf('redis', 2, 2)) await import(suite);
