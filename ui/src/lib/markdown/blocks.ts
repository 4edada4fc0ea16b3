import { Lexer, type Token } from "marked";
import remend from "remend";
import { toBlocks } from "./convert";
import type { Block } from "./tree";

type Links = Lexer["tokens"]["links"];

/** Of one paragraph: more than this is not prose, and looking for emphasis in it costs more than it gives. */
const MAX_INLINE_CHARS = 100_000;

/**
 * A text that is still being written, as blocks. Finished blocks are frozen and keep their identity; only the tail is
 * read again. Whatever the pieces it came in, the result is that of reading the whole at once.
 */
export class BlockStream {
	#source = "";
	#done: Block[] = [];
	#doneSources: Token[] = [];
	/** Where the tail begins in the source. */
	#tailStart = 0;
	/** Up to where the tail was looked through for finished blocks. */
	#lookedUpTo = 0;
	#isFinished = false;
	#links: Links = {};
	/** The blocks of the tail as they were shown last: what did not change is not made again. */
	#shown = new Map<string, Block[]>();

	/** The text so far; usually the text of the last time and some more. */
	update(text: string): Block[] {
		this.#advance(text);
		const tail = this.#source.slice(this.#tailStart);
		const closed = remend(tail, { linkMode: "text-only", images: false, htmlTags: false, comparisonOperators: false, singleTilde: false });
		const shown = new Map<string, Block[]>();
		const blocks = read(closed, { ...this.#links }).flatMap((token) => {
			// What refers to an address may change without a change in its own words.
			const known = token.raw.includes("[") ? undefined : this.#shown.get(token.raw);
			const made = known ?? toBlocks([token]);
			shown.set(token.raw, made);
			return made;
		});
		this.#shown = shown;
		return [...this.#done, ...blocks];
	}

	/** The whole text: nothing more will come. */
	finish(text: string): Block[] {
		if (this.#isFinished && text === this.#source) return this.#done;
		this.#advance(text);
		this.#isFinished = true;
		this.#freeze(read(this.#source.slice(this.#tailStart), this.#links));
		this.#tailStart = this.#source.length;
		return this.#done;
	}

	#advance(text: string) {
		if (this.#isFinished || !text.startsWith(this.#source)) this.#restart();
		this.#source = text;
		// A line that is still growing may yet become anything: only whole lines are looked at.
		const lines = text.lastIndexOf("\n") + 1;
		if (lines <= this.#lookedUpTo) return;
		this.#lookedUpTo = lines;
		const whole = text.slice(this.#tailStart, lines);
		const tokens = read(whole, this.#links);
		// The last block may go on, and with it the blank lines that follow it.
		const last = tokens.findLastIndex((token) => token.type !== "space");
		const finished = tokens.slice(0, Math.max(0, last));
		const length = finished.reduce((sum, token) => sum + token.raw.length, 0);
		// Line ends were made alike by the lexer; where that changed the length, we wait for the end.
		if (!whole.startsWith(finished.map((token) => token.raw).join(""))) return;
		this.#freeze(finished);
		this.#tailStart += length;
	}

	#freeze(tokens: Token[]) {
		this.#doneSources.push(...tokens);
		if (tokens.some((token) => token.type === "def")) {
			// An address was defined: what refers to it may stand anywhere before.
			this.#done = this.#doneSources.flatMap((token) => toBlocks(token.raw.includes("[") ? read(token.raw, this.#links) : [token]));
		} else {
			const blocks = tokens.flatMap((token) => this.#shown.get(token.raw) ?? toBlocks([token]));
			this.#done = [...this.#done, ...blocks];
		}
	}

	#restart() {
		this.#done = [];
		this.#doneSources = [];
		this.#tailStart = 0;
		this.#lookedUpTo = 0;
		this.#isFinished = false;
		this.#links = {};
		this.#shown.clear();
	}
}

export const parse = (text: string): Block[] => new BlockStream().finish(text);

/** Tokens of whole blocks. `links` holds the addresses defined so far and takes in those defined here. */
export function read(source: string, links: Links): Token[] {
	try {
		return lex(source, links);
	} catch (thrown) {
		if (!(thrown instanceof RangeError)) throw thrown;
		// Nested beyond the stack: that piece is shown as it was written, the others are not harmed.
		return source.split(/(?<=\n\n)/).flatMap((piece) => {
			try {
				return lex(piece, links);
			} catch {
				return [{ type: "html", raw: piece }];
			}
		});
	}
}

function lex(source: string, links: Links): Token[] {
	const lexer = new Lexer({ gfm: true });
	lexer.tokens.links = links;
	const tokens: Token[] = [];
	lexer.blockTokens(source.replace(/\r\n|\r/g, "\n"), tokens);
	for (const { src, tokens: into } of lexer.inlineQueue) {
		// A tag left open in one block says nothing about the next.
		lexer.state.inLink = false;
		lexer.state.inRawBlock = false;
		if (src.length > MAX_INLINE_CHARS) into.push({ type: "text", raw: src, text: src });
		else inline(lexer, src, into);
	}
	return tokens;
}

function inline(lexer: Lexer, src: string, into: Token[]) {
	try {
		lexer.inlineTokens(src, into);
	} catch (thrown) {
		if (!(thrown instanceof RangeError)) throw thrown;
		into.splice(0, into.length, { type: "text", raw: src, text: src });
	}
}

