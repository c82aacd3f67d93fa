// Questions of cells to the user, `input_request`: one at a time, since an answer does not say which question it answers.
import type { Content } from "./message";

interface Waiting {
  readonly ask: () => void;
  readonly answer: (line: string) => void;
}

export class Questions {
  private readonly waiting: Waiting[] = [];

  /** Sends a question by `send` when those before it are answered. Rejects when the signal aborts. */
  ask(send: (content: Content) => void, prompt: string, password: boolean, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const question: Waiting = {
        ask: () => send({ prompt, password }),
        answer: (line) => {
          signal.removeEventListener("abort", giveUp);
          resolve(line);
        },
      };
      const giveUp = () => {
        this.drop(question);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", giveUp, { once: true });
      if (this.waiting.push(question) === 1) question.ask();
    });
  }

  /** The user's line; ignored where nothing was asked. */
  answer(line: string): void {
    const [question] = this.waiting;
    if (!question) return;
    this.drop(question);
    question.answer(line);
  }

  private drop(question: Waiting): void {
    const place = this.waiting.indexOf(question);
    this.waiting.splice(place, 1);
    if (place === 0) this.waiting[0]?.ask();
  }
}
