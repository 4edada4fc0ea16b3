import type { Cost, Held, Money, Spent } from "./bindings";

const CENT = 10_000_000;
const DOLLAR = 1_000_000_000;

export const toMoney = (dollars: number): Money => Math.round(dollars * DOLLAR);
export const toDollars = (money: Money): number => money / DOLLAR;

/** "$1.25", and as many digits more as a small amount needs to be seen. */
export function moneyWords(nanos: Money): string {
	const digits = nanos === 0 || nanos >= DOLLAR ? 2 : nanos < CENT ? 6 : 4;
	return `$${(nanos / DOLLAR).toFixed(digits)}`;
}

/** A limit, as people set it: "$1.00". */
export const limitWords = (nanos: Money) => (nanos % CENT === 0 ? `$${(nanos / DOLLAR).toFixed(2)}` : moneyWords(nanos));

/** "≥ $0.12, 3 calls unpriced": a sum never hides what is unknown of it; "≈" says that tokens were estimated. */
export function costWords({ known, unpriced_attempts, estimated }: Cost): string {
	if (unpriced_attempts > 0) return `≥ ${moneyWords(known)}, ${unpriced_attempts} ${unpriced_attempts === 1 ? "call" : "calls"} unpriced`;
	return `${estimated ? "≈ " : ""}${moneyWords(known)}`;
}

export const NOT_HELD: Held = { tokens: 0, money: 0 };

export const NOTHING: Spent = {
	attempts: 0,
	input_tokens: 0,
	output_tokens: 0,
	cached_tokens: 0,
	reasoning_tokens: 0,
	cost: { known: 0, unpriced_attempts: 0, estimated: false },
};
