// Gives way while a long computation runs.

/** Listeners, timers and the interrupt get their turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
