/** How long a test waits for what is to come, in milliseconds: for what hangs, and not for what is slow. */
export const PATIENCE_MS = 30_000;
