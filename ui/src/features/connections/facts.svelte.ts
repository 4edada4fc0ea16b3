import type { ModelFacts, NewModelFacts } from "../../lib/bindings";
import type { Failure } from "../../lib/errors";

const MILLIONTHS = 1_000_000;
/** What lies above is a slip of the finger, and more than the log can hold. */
const MOST_DOLLARS = 4_000;

type Field = "input" | "output" | "cached" | "context" | "longest";
export type Sight = "listed" | "yes" | "no";

/** What the user says of a model, as it is typed in. An empty field leaves it to the lists. */
export class FactsDraft {
	input = $state("");
	output = $state("");
	cached = $state("");
	context = $state("");
	longest = $state("");
	sight = $state<Sight>("listed");
	errors = $state.raw<Partial<Record<Field | "facts", string>>>({});

	constructor(said: ModelFacts | undefined) {
		const price = said?.price;
		this.input = dollars(price?.input);
		this.output = dollars(price?.output);
		this.cached = dollars(price?.cached_input);
		this.context = said?.context_tokens?.toString() ?? "";
		this.longest = said?.max_output_tokens?.toString() ?? "";
		this.sight = said?.sees_images == null ? "listed" : said.sees_images ? "yes" : "no";
	}

	/** None when something is wrong, which then stands at its field. */
	wanted(): NewModelFacts | undefined {
		const errors: typeof this.errors = {};
		const priced = (field: "input" | "output" | "cached"): number | null => {
			const read = price(this[field]);
			if (typeof read === "string") errors[field] = read;
			return typeof read === "number" ? read : null;
		};
		const counted = (field: "context" | "longest"): number | null => {
			const read = tokens(this[field]);
			if (typeof read === "string") errors[field] = read;
			return typeof read === "number" ? read : null;
		};
		const [input, output, cached_input] = [priced("input"), priced("output"), priced("cached")];
		const facts: NewModelFacts = { context_tokens: counted("context"), max_output_tokens: counted("longest"), sees_images: this.sight === "listed" ? null : this.sight === "yes" };
		const isPriced = [this.input, this.output, this.cached].some((typed) => typed.trim() !== "");
		if (isPriced && input === null) errors.input ??= "A price has two sides: say what input costs, too. 0 is for free.";
		if (isPriced && output === null) errors.output ??= "A price has two sides: say what output costs, too. 0 is for free.";
		this.errors = errors;
		if (Object.keys(errors).length > 0) return undefined;
		return { ...facts, price: input === null || output === null ? null : { input, output, cached_input } };
	}

	/** What Rust found wrong. */
	refuse(failure: Failure) {
		const places: Record<string, Field> = { "facts.context_tokens": "context", "facts.max_output_tokens": "longest" };
		this.errors = { [places[failure.field ?? ""] ?? "facts"]: failure.message };
	}
}

const dollars = (millionths: number | null | undefined) => (millionths == null ? "" : String(millionths / MILLIONTHS));

/** Millionths of a dollar, a sentence about what is wrong, or nothing. People write "0.15", "0,15" and "$0.15". */
function price(typed: string): number | string | null {
	const written = typed.trim().replace(/^\$\s*/, "").replace(",", ".");
	if (written === "") return null;
	if (!/^(\d+\.?\d*|\.\d+)$/.test(written)) return "Write a number of dollars, like 0.15.";
	const value = Number(written);
	return value > MOST_DOLLARS ? `Write at most $${MOST_DOLLARS.toLocaleString("en")} for a million tokens.` : Math.round(value * MILLIONTHS);
}

/** People write "128000", "128,000" and "128 000". */
function tokens(typed: string): number | string | null {
	const written = typed.trim().replace(/[\s,.'_]/g, "");
	if (written === "") return null;
	return /^[1-9]\d{0,9}$/.test(written) ? Number(written) : "Write a number of tokens, like 128000.";
}
