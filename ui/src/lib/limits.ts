import type { ConversationView } from "./bindings";
import { costWords, limitWords, moneyWords, NOT_HELD } from "./money";
import { ran } from "./state/progress";
import { count } from "./words";

export interface Limit {
	name: string;
	/** In a few words: "turn 7 of 20". */
	words: string;
	/** The same beside its name: "7 of 20". */
	figures: string;
	value: number;
	max: number;
	/** What of it nobody has seen; none when all of it was. */
	note?: string;
}

/** What runs out: of these, the last fifth is a warning. The others are only a way to an end. */
const budgets = new Set(["Tokens", "Cost"]);

const MINUTE_MS = 60_000;
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** How far a conversation has come towards each of the rules that end it. */
export function limits(view: ConversationView, now: number): Limit[] {
	const { end, progress, spent, held = NOT_HELD } = view;
	const found: Limit[] = [];
	const add = (name: string, value: number, max: number | null | undefined, figures: (max: number) => string, words: (figures: string) => string, note = "") => {
		if (max == null) return;
		const told = figures(max);
		found.push({ name, value, max, figures: told, words: words(told), ...(note && { note }) });
	};
	const turn = Math.min(progress.turns + (view.turn ? 1 : 0), end.turns ?? Infinity);
	add("Turns", turn, end.turns, (max) => `${turn.toLocaleString()} of ${max.toLocaleString()}`, (figures) => `turn ${figures}`);
	const alone = progress.turns_without_user;
	add("Turns without you", alone, end.turns_without_user, (max) => `${alone} of ${count(max, "turn")}`, (figures) => `${figures} without you`);
	const minutes = minutesRun(view, now);
	add("Minutes", minutes, end.minutes, (max) => `${Math.min(Math.floor(minutes), max)} of ${max}`, (figures) => `${figures} min`);
	const { tokens, money, heard } = counted(view);
	const about = spent.cost.estimated ? "≈ " : "";
	add("Tokens", tokens, end.tokens, (max) => `${about}${compact.format(tokens)} of ${compact.format(max)}`, (figures) => `${figures} tokens`, heldWords(heard.toLocaleString(), held.tokens.toLocaleString(), held.tokens > 0));
	const cost = `${mark(view)}${moneyWords(money)}`;
	add("Cost", money, end.money, (max) => `${cost} of ${limitWords(max)}${unpriced(view)}`, (figures) => figures, heldWords(moneyWords(spent.cost.known), moneyWords(held.money), held.money > 0));
	return found;
}

/** What a budget counts: what calls came to, and what is held for those of which nobody knows it. */
function counted({ spent, held = NOT_HELD }: ConversationView) {
	const heard = spent.input_tokens + spent.output_tokens;
	return { heard, tokens: heard + held.tokens, money: spent.cost.known + held.money };
}

/** What has been used up of each limit, whether there is one or not. */
export interface Used {
	turns: string;
	turnsWithoutUser: string;
	minutes: string;
	tokens: string;
	money: string;
}

export function used(view: ConversationView, now: number): Used {
	const { progress, spent, held = NOT_HELD } = view;
	const { heard } = counted(view);
	const about = spent.cost.estimated ? "≈ " : "";
	const beside = (heard: string, held: string, isHeld: boolean) => (isHeld ? `${heard} so far, and ${heldFor(held)}.` : `${heard} so far.`);
	return {
		turns: `${progress.turns.toLocaleString()} so far.`,
		turnsWithoutUser: `${progress.turns_without_user.toLocaleString()} so far.`,
		minutes: `${Math.floor(minutesRun(view, now))} so far.`,
		tokens: beside(`${about}${heard.toLocaleString()}`, held.tokens.toLocaleString(), held.tokens > 0),
		money: beside(costWords(spent.cost), moneyWords(held.money), held.money > 0),
	};
}

const minutesRun = (view: ConversationView, now: number) => (view.progress.ran_ms + (view.state === "running" ? ran(view, new Date(now).toISOString()) : 0)) / MINUTE_MS;

export const share = ({ value, max }: Limit) => (max > 0 ? Math.min(1, value / max) : 1);

export const isBudget = (limit: Limit) => budgets.has(limit.name);
export const isNear = (limit: Limit) => isBudget(limit) && share(limit) >= 0.8;

/** The one that is nearest to its end. */
export const nearest = (all: Limit[]): Limit | undefined => all.reduce<Limit | undefined>((near, limit) => (near && share(near) >= share(limit) ? near : limit), undefined);

/** What it cost where there is no limit to it; empty as long as nothing is known to have been paid. */
export const unlimitedCost = (view: ConversationView) => (view.end.money == null && view.spent.cost.known > 0 ? `${costSoFar(view)}${unpriced(view)}` : "");

const costSoFar = (view: ConversationView) => `${mark(view)}${moneyWords(view.spent.cost.known)}`;

const mark = ({ spent: { cost } }: ConversationView) => (cost.unpriced_attempts > 0 ? "≥ " : cost.estimated ? "≈ " : "");

/** What a budget goes on counting for calls of which nobody will say what they came to. */
const heldFor = (amount: string) => `${amount} held for calls that broke off, the most they can have come to`;

const heldWords = (heard: string, held: string, isHeld: boolean) => (isHeld ? `${heard} heard of, and ${heldFor(held)}` : "");

const unpriced = ({ spent: { cost } }: ConversationView) => (cost.unpriced_attempts > 0 ? `, ${count(cost.unpriced_attempts, "call")} unpriced` : "");
