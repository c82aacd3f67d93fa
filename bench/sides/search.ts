// Bilevel steps as the trainer takes them, and where the time of one goes. Its argument: the sizes, and whether one path runs.
import { useBackend } from "../../src/backend";
import { serve, timed } from "../frame/serve";
import type { Sizes } from "../frame/sizes";
import { about } from "./about";
import { profileOf } from "./operations";
import { Session } from "./session";
import { sharesOf } from "./shares";

const sizes: Sizes & { readonly onePath?: boolean } = JSON.parse(process.argv[2]);
let session: Session | null = null;

/** Made when the first step is asked for: until then nothing is allocated. */
async function ready(): Promise<Session> {
  await useBackend();
  session ??= new Session(sizes);
  return session;
}

void serve({
  about,
  async step(times) {
    const search = await ready();
    return { seconds: timed(times, () => search.step()) };
  },
  async profile() {
    const search = await ready();
    return profileOf(() => search.step());
  },
  shares: async () => sharesOf(await ready()),
});
