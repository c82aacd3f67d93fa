// Standard output, waited for.

/** Prints a line or more. Resolves when all of it has left the process. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
