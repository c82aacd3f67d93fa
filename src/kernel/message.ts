// A message of the Jupyter protocol on the wire: identities, delimiter, signature, four JSON parts and raw buffers (jupyter-client, "The wire protocol").
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
  readonly buffers: readonly Uint8Array[];
}

export const PROTOCOL = "5.4";
const DELIMITER = Buffer.from("<IDS|MSG>");
const PARTS = 4;

/** Signs and reads the messages of one connection; every message that it makes belongs to one session. */
export class Wire {
  /** An empty key means that messages are not signed; the scheme is "hmac-" and a digest's name. */
  constructor(
    private readonly key: string,
    private readonly scheme: string,
    private readonly session: string = randomUUID(),
  ) {}

  /** A new message in answer to `parent`. */
  make(
    type: string,
    content: Content,
    parent: Header | undefined,
    { identities = [], buffers = [] }: Partial<Pick<Message, "identities" | "buffers">> = {},
  ): Message {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL,
    };
    return { identities, header, parent: parent ?? {}, content, buffers };
  }

  encode(message: Message): (Buffer | Uint8Array | string)[] {
    const parts = [message.header, message.parent, {}, message.content].map((part) => JSON.stringify(part));
    return [...message.identities, DELIMITER, this.sign(parts), ...parts, ...message.buffers];
  }

  /** Checks the signature before anything is parsed. @throws Error when the frames are no message signed with our key */
  decode(frames: readonly Buffer[]): Message {
    const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (delimiter < 0 || frames.length < delimiter + 2 + PARTS)
      throw new Error("a message without its parts was dropped");
    const parts = frames.slice(delimiter + 2, delimiter + 2 + PARTS);
    const signature = frames[delimiter + 1]!;
    const expected = Buffer.from(this.sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Error("a message with a wrong signature was dropped");
    }
    const [header, parent, , content] = parts.map(parsePart) as [Header, Header, object, Content];
    if (typeof header.msg_type !== "string") throw new Error("a message whose header has no msg_type was dropped");
    return {
      identities: frames.slice(0, delimiter),
      header,
      parent,
      content,
      buffers: frames.slice(delimiter + 2 + PARTS),
    };
  }

  /** Over the JSON parts; buffers are not signed. */
  private sign(parts: readonly (Buffer | string)[]): string {
    if (this.key === "") return "";
    const hmac = createHmac(this.scheme.replace(/^hmac-/, ""), this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function parsePart(part: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(part.toString());
  } catch (error) {
    throw new Error(`a message with a part that is no JSON was dropped (${(error as Error).message})`);
  }
  if (typeof value !== "object" || value === null)
    throw new Error("a message with a part that is no object was dropped");
  return value;
}
