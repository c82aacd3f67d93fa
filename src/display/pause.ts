// How often a live display comes.

/** Between two updates, in milliseconds: 2 a second, which a browser without a GPU can draw beside a search. */
export const PAUSE = 500;
