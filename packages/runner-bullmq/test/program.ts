import { jobsOf, newApp } from './jobs.js';

// A program that is killed in the middle: node program.js REDIS COUNT.
const [, , redis, count] = process.argv;
const app = newApp();
const jobs = jobsOf(app, Number(count), 100);
let number = 0;
for await (const _ of app.run(jobs, { runner: { bullmq: { redis: redis!, run: 'killed' } } }))
  console.log(`got ${number++}`);
