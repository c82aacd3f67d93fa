// A message of the Jupyter protocol on the wire: identities, delimiter, signature and four JSON parts (jupyter-client, "The wire protocol").
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export type Content = Record<string, unknown>;

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export interface Message {
  /** Routing prefix of a request; the topic of a broadcast. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Header | Record<string, never>;
  readonly content: Content;
}

const DELIMITER = Buffer.from("<IDS|MSG>");
const PROTOCOL = "5.3";

/** Signs and reads the messages of one connection; every message that it makes belongs to one session. */
export class Wire {
  private readonly session = randomUUID();

  /** An empty key means that messages are not signed; the scheme is "hmac-" and a digest's name. */
  constructor(
    private readonly key: string,
    private readonly scheme: string,
  ) {}

  /** A new message in answer to `parent`. */
  make(type: string, content: Content, parent: Header | undefined, identities: readonly Buffer[] = []): Message {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL,
    };
    return { identities, header, parent: parent ?? {}, content };
  }

  encode(message: Message): (Buffer | string)[] {
    const parts = [message.header, message.parent, {}, message.content].map((part) => JSON.stringify(part));
    return [...message.identities, DELIMITER, this.sign(parts), ...parts];
  }

  /** Checks the signature before anything is parsed. @throws Error when the frames are no message signed with our key */
  decode(frames: readonly Buffer[]): Message {
    const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (delimiter < 0 || frames.length < delimiter + 6) throw new Error("a message without its parts was dropped");
    const parts = frames.slice(delimiter + 2, delimiter + 6);
    const signature = frames[delimiter + 1]!;
    const expected = Buffer.from(this.sign(frames.slice(delimiter + 2)));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Error("a message with a wrong signature was dropped");
    }
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()));
    return { identities: frames.slice(0, delimiter), header, parent, content };
  }

  private sign(parts: readonly (Buffer | string)[]): string {
    if (this.key === "") return "";
    const hmac = createHmac(this.scheme.replace(/^hmac-/, ""), this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
