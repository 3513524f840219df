/** The library as one module of ours: `require` of its own name would take another copy of it, the one for CommonJS. */
export * as z from 'zod';
