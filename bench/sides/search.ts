// Bilevel steps as the trainer takes them, and where the time of one goes. Its argument: SessionOptions.
import { useBackend } from "../../src/backend";
import { serve, timed } from "../frame/serve";
import { about } from "./about";
import { profileOf } from "./operations";
import { Session, type SessionOptions } from "./session";
import { sharesOf } from "./shares";

const options: SessionOptions = JSON.parse(process.argv[2]);
let session: Session | null = null;

/** Made when the first step is asked for: until then nothing is allocated. */
async function ready(): Promise<Session> {
  await useBackend();
  session ??= new Session(options);
  return session;
}

void serve({
  about,
  async step(times) {
    const search = await ready();
    return { seconds: timed(times, () => search.step()) };
  },
  /** The mean step of each period, which has so many. */
  async period(steps, times) {
    const search = await ready();
    const seconds = timed(times, () => {
      for (let k = 0; k < steps; k++) search.step();
    });
    return { seconds: seconds.map((taken) => taken / steps) };
  },
  async profile() {
    const search = await ready();
    return profileOf(() => search.step());
  },
  shares: async () => sharesOf(await ready()),
});
