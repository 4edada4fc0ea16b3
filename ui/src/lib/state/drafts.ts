import type { Attachment, ImageRef, ParticipantId, SayWhen } from "../bindings";

const DRAFT = "draft:";
const SENT = "sent:";
const IMAGES = "images:";

/** What is asked for when something is said. */
export interface Saying {
	text: string;
	when: SayWhen;
	to: ParticipantId[];
	images: Attachment[];
}

/** An image of a draft. Rust keeps its bytes from when it was brought; here stands which it is. */
export interface Pictured {
	name: string;
	image: ImageRef;
	alt: string;
}

interface Sent {
	key: string;
	saying: Saying;
}

/**
 * What was typed and not yet taken in, per conversation. It survives a restart of the app, and so does the key it was
 * sent under: when the page dies before the answer comes, the same draft sent again is said once.
 */
export const drafts = {
	read(conversation: string): string {
		return kept(DRAFT + conversation) ?? "";
	},

	keep(conversation: string, text: string) {
		keep(DRAFT + conversation, text === "" ? null : text);
		const sent = sentBefore(conversation);
		// What was written anew is said anew, though it be the same words.
		if (sent && text.trim() !== sent.saying.text) keep(SENT + conversation, null);
	},

	images(conversation: string): Pictured[] {
		const images = parsed(IMAGES + conversation);
		return Array.isArray(images) ? images.filter(isPictured) : [];
	},

	keepImages(conversation: string, images: Pictured[]) {
		keep(IMAGES + conversation, images.length > 0 ? JSON.stringify(images) : null);
	},

	/** It was taken in: whatever comes next is another. */
	said(conversation: string) {
		for (const what of [DRAFT, IMAGES, SENT]) keep(what + conversation, null);
	},

	/** Who the draft was sent to, if it was: what was whispered is not said aloud the second time. */
	audience(conversation: string): ParticipantId[] {
		return sentBefore(conversation)?.saying.to ?? [];
	},

	/** The key to send this under: the one it was sent under before, or else a new one. */
	key(conversation: string, saying: Saying): string {
		const before = sentBefore(conversation);
		if (before && JSON.stringify(before.saying) === JSON.stringify(saying)) return before.key;
		const sent: Sent = { key: newKey(), saying };
		keep(SENT + conversation, JSON.stringify(sent));
		return sent.key;
	},

	/** The key was of no use: whatever is sent next gets another. */
	forgetKey(conversation: string) {
		keep(SENT + conversation, null);
	},
};

function sentBefore(conversation: string): Sent | null {
	const sent = parsed(SENT + conversation);
	return isSent(sent) ? sent : null;
}

/** What lies there may be half written, or of another version. */
function parsed(name: string): unknown {
	try {
		return JSON.parse(kept(name) ?? "null");
	} catch {
		return null;
	}
}

function isPictured(kept: unknown): kept is Pictured {
	if (!isRecord(kept) || typeof kept["name"] !== "string" || typeof kept["alt"] !== "string" || !isRecord(kept["image"])) return false;
	const { digest, media_type, bytes, width, height } = kept["image"];
	return typeof digest === "string" && typeof media_type === "string" && [bytes, width, height].every((size) => typeof size === "number");
}

function isSent(kept: unknown): kept is Sent {
	if (!isRecord(kept) || typeof kept["key"] !== "string" || !isRecord(kept["saying"])) return false;
	const { text, when, to, images } = kept["saying"];
	return typeof text === "string" && typeof when === "string" && Array.isArray(to) && to.every((id) => typeof id === "string") && Array.isArray(images);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Where the page comes from may be no "secure context" to an engine, and then it has no `randomUUID`. */
function newKey(): string {
	return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function kept(name: string): string | null {
	try {
		return localStorage.getItem(name);
	} catch {
		return null;
	}
}

function keep(name: string, value: string | null) {
	try {
		if (value === null) localStorage.removeItem(name);
		else localStorage.setItem(name, value);
	} catch {
		// Without storage a draft lives as long as its composer does.
	}
}
