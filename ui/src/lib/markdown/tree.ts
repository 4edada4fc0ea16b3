/**
 * What a message may be made of: a closed tree. Nothing else reaches the screen, so a model cannot make anything that is
 * not here: no HTML, no attribute, no address that is fetched.
 */
export type Block =
	| { kind: "paragraph"; children: Inline[] }
	| { kind: "heading"; level: number; children: Inline[] }
	| { kind: "code"; language: string | null; text: string }
	| { kind: "quote"; children: Block[] }
	| { kind: "list"; ordered: boolean; start: number; items: ListItem[] }
	| { kind: "table"; align: Align[]; header: Inline[][]; rows: Inline[][][] }
	| { kind: "rule" };

export interface ListItem {
	/** Of a task; null in other lists. */
	checked: boolean | null;
	/** Spaced out, as paragraphs. */
	isLoose: boolean;
	children: Block[];
}

export type Align = "start" | "center" | "end" | null;

export type Inline =
	| { kind: "text"; text: string }
	| { kind: "strong"; children: Inline[] }
	| { kind: "emphasis"; children: Inline[] }
	| { kind: "strike"; children: Inline[] }
	| { kind: "code"; text: string }
	| { kind: "break" }
	| { kind: "link"; href: string; children: Inline[] }
	/** Never fetched: its place is shown, and where it would have come from. */
	| { kind: "image"; href: string | null; host: string | null; alt: string };
