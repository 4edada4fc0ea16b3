import type { Token, Tokens } from "marked";
import { decodeEntities } from "./entities";
import { hostOf, safeHref } from "./links";
import type { Align, Block, Inline, ListItem } from "./tree";

/** Deeper than any person writes; what is nested further is shown as it was written. */
const MAX_DEPTH = 12;

/** The lexer's tokens as our closed tree. A token we do not know is text, and so is all HTML. */
export function toBlocks(tokens: Token[], depth = 0): Block[] {
	return tokens.flatMap((token) => toBlock(token, depth));
}

function toBlock(token: Token, depth: number): Block[] {
	if (depth >= MAX_DEPTH) return plain(token.raw);
	switch (token.type) {
		case "space":
		case "def":
			return [];
		case "paragraph":
			return [{ kind: "paragraph", children: toInlines(token.tokens ?? [], 0) }];
		case "text":
			return [{ kind: "paragraph", children: token.tokens ? toInlines(token.tokens, 0) : text(token.text) }];
		case "heading":
			return [{ kind: "heading", level: token.depth, children: toInlines(token.tokens ?? [], 0) }];
		case "code":
			return [{ kind: "code", language: language(token.lang), text: token.text }];
		case "blockquote":
			return [{ kind: "quote", children: toBlocks(token.tokens ?? [], depth + 1) }];
		case "list":
			return [
				{
					kind: "list",
					ordered: token.ordered,
					start: typeof token.start === "number" ? token.start : 1,
					items: token.items.map((item: Tokens.ListItem) => toItem(item, depth + 1)),
				},
			];
		case "table":
			return [toTable(token)];
		case "hr":
			return [{ kind: "rule" }];
		default:
			return plain(token.raw);
	}
}

function toItem(item: Tokens.ListItem, depth: number): ListItem {
	return { checked: item.task ? item.checked === true : null, isLoose: item.loose, children: toBlocks(item.tokens, depth) };
}

function toTable(table: Tokens.Table | Tokens.Generic): Block {
	const cells = (row: Tokens.TableCell[]) => row.map((cell) => toInlines(cell.tokens, 0));
	return {
		kind: "table",
		align: table.align.map(toAlign),
		header: cells(table.header),
		rows: table.rows.map(cells),
	};
}

function toAlign(align: string | null): Align {
	switch (align) {
		case "left":
			return "start";
		case "right":
			return "end";
		default:
			return align === "center" ? "center" : null;
	}
}

export function toInlines(tokens: Token[], depth: number): Inline[] {
	return tokens.flatMap((token) => toInline(token, depth));
}

function toInline(token: Token, depth: number): Inline[] {
	if (depth >= MAX_DEPTH) return [{ kind: "text", text: token.raw }];
	const children = () => toInlines(("tokens" in token ? token.tokens : undefined) ?? [], depth + 1);
	switch (token.type) {
		case "text":
			return token.tokens ? children() : text(token.text);
		case "escape":
			return [{ kind: "text", text: token.text }];
		case "strong":
			return [{ kind: "strong", children: children() }];
		case "em":
			return [{ kind: "emphasis", children: children() }];
		case "del":
			return [{ kind: "strike", children: children() }];
		case "codespan":
			return [{ kind: "code", text: token.text }];
		case "br":
			return [{ kind: "break" }];
		case "checkbox":
			return [];
		case "link":
			return toLink(token, children());
		case "image":
			return [toImage(token)];
		default:
			return [{ kind: "text", text: token.raw }];
	}
}

/** A link that may not be followed keeps its words and loses its address. */
function toLink(token: Tokens.Link | Tokens.Generic, children: Inline[]): Inline[] {
	const href = safeHref(token.autolink ? token.href : decodeEntities(token.href));
	return href === null ? children : [{ kind: "link", href, children }];
}

function toImage(token: Tokens.Image | Tokens.Generic): Inline {
	const href = safeHref(decodeEntities(token.href));
	return { kind: "image", href, host: href === null ? null : hostOf(href), alt: decodeEntities(token.text) };
}

const text = (written: string): Inline[] => [{ kind: "text", text: decodeEntities(written) }];

export const plain = (raw: string): Block[] =>
	raw.trim() === "" ? [] : [{ kind: "paragraph", children: [{ kind: "text", text: raw.replace(/\n+$/, "") }] }];

/** The first word after the fence, when it looks like the name of a language. */
function language(info: string | undefined): string | null {
	const word = info?.trim().split(/\s/)[0] ?? "";
	return /^[\w+#.-]{1,32}$/.test(word) ? word : null;
}
