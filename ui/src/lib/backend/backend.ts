import type { commands, FeedItem, Seq } from "../bindings";

/** The single door to what is outside the window: Rust, or a stand-in for tests and a plain browser. */
export interface Backend extends Omit<typeof commands, "subscribe"> {
	/** Delivers everything after `afterSeq` (or from now on), until the returned function is called. */
	subscribe(afterSeq: Seq | null, deliver: (items: FeedItem[]) => void): Promise<() => void>;
}
