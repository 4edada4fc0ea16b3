import type {
	Attempt,
	AttemptOutcome,
	ConversationState,
	EndRules,
	ErrorClass,
	InterruptCause,
	LoopSign,
	ModelRef,
	Policy,
	PromptPart,
	Repair,
	StateReason,
	TurnView,
	Usage,
} from "./bindings";
import { limitWords, moneyWords } from "./money";

export const classWords: Record<ErrorClass, string> = {
	unreachable: "could not be reached",
	bad_certificate: "showed a certificate that is not trusted",
	server_error: "failed on its side",
	overloaded: "is overloaded",
	rate_limited: "said too many requests",
	quota_exhausted: "said the quota or credit is used up",
	unauthorized: "refused the key",
	key_unavailable: "was not asked: its key is not at hand",
	forbidden: "did not permit access",
	model_not_found: "does not have this model",
	context_overflow: "found the conversation longer than its context",
	request_too_large: "found the request too large",
	bad_request: "did not understand the request",
	content_policy: "refused the content by its policy",
	empty_answer: "gave an empty answer",
	output_limit: "used up its limit of output tokens before its first word",
	first_token_timeout: "gave no first word in time",
	idle_timeout: "stopped in mid-answer",
	total_timeout: "took too long",
	truncated: "was cut off",
	malformed: "gave an answer that could not be understood",
	not_an_api: "is not a model API",
	redirect_refused: "redirected elsewhere, which is not followed",
	not_configured: "is not configured",
	unpriced: "was not asked: nobody knows its price",
	images_unsupported: "does not see images",
	over_budget: "was not asked: it could cost more than the budget holds",
};

/** How a question was sent once more that the server had refused. */
const repairWords: Record<Repair, string> = {
	no_stream_options: "without stream_options",
	no_temperature: "without a temperature",
	no_stop: "without stop sequences",
	no_seed: "without a seed",
	max_completion_tokens: "with max_completion_tokens for max_tokens",
	system_in_first_turn: "with the instructions in front of the first turn",
};

export function repairedWords({ repairs = [] }: Attempt): string | null {
	return repairs.length === 0 ? null : `sent once more ${repairs.map((repair) => repairWords[repair]).join(", then ")}`;
}

/** The same as a cause: "cut after 212 words: …". */
const cutWords: Partial<Record<ErrorClass, string>> = {
	unreachable: "connection lost",
	truncated: "connection lost",
	server_error: "the server failed",
	overloaded: "the server is overloaded",
	rate_limited: "too many requests",
	idle_timeout: "the words stopped coming",
	total_timeout: "the answer took too long",
	content_policy: "the provider's policy held the rest back",
	malformed: "the answer was not understood",
};

export const stateWords: Record<ConversationState, string> = {
	draft: "Not started",
	running: "Running",
	paused: "Paused",
	completed: "Ended",
	needs_attention: "Needs attention",
};

export const policyWords: Record<Policy, string> = {
	round_robin: "Round robin",
	balanced: "Balanced",
	random: "Random",
	manual: "Manual",
	moderator: "Moderator",
	parallel: "All at once",
};

export const everyPolicy: Policy[] = ["balanced", "round_robin", "random", "parallel", "manual"];

export const partWords: Record<PromptPart, string> = {
	persona: "Persona",
	table: "Who sits at the table",
	topic: "Topic",
	rules: "How to read and to write",
	summary: "Summary",
	pinned: "Pinned",
	own: "Its own words",
	others: "The others’ words",
	whispers: "Whispers",
	notes: "Notes",
	images: "Images",
};

export const policyMeaning: Record<Policy, string> = {
	round_robin: "In seated order, over and over",
	balanced: "Whoever is addressed, asked, or has been silent for long",
	random: "Drawn by dice; who likes to talk is drawn more often",
	parallel: "Everybody answers the same talk, unseen by the others; shown together",
	moderator: "Its moderator is asked before each turn; that costs tokens",
	manual: "You choose each speaker; the conversation waits for you",
};

export const modelName = (model: ModelRef) => `${model.connection}/${model.model}`;

/** "said 429", or the class in words when there was no HTTP status. */
export function failureWords(failed: Extract<AttemptOutcome, { outcome: "failed" }>, status: number | null | undefined): string {
	return status == null ? classWords[failed.class] : `said ${status}`;
}

export function causeWords(cause: InterruptCause): string {
	switch (cause.why) {
		case "user":
			return "you stopped it";
		case "provider":
			return cutWords[cause.class] ?? `the provider ${classWords[cause.class]}`;
		case "restarted":
			return "the app was closed";
		case "slept":
			return "the computer slept";
		case "too_long":
			return "the message reached its size limit";
		case "interjected":
			return "you cut in";
		case "stalled":
			return `no new word for ${count(cause.after_s, "second")}`;
		case "left":
			return "the speaker left the table";
		default:
			return cause satisfies never;
	}
}

export function reasonWords(reason: StateReason): string {
	switch (reason.why) {
		case "user":
			return "by you";
		case "stepping":
			return "for one step";
		case "stepped":
			return "after one step";
		case "restarted":
			return "because the app was closed";
		case "slept":
			return "because the computer slept";
		case "turns_reached":
			return `after ${count(reason.turns, "turn")}`;
		case "no_model_answered":
			return "because no model answered";
		case "nobody_to_speak":
			return "because nobody is left to speak";
		case "everybody_muted":
			return "because everybody is muted";
		case "turns_per_participant_reached":
			return `after ${count(reason.turns, "turn")} of everybody`;
		case "turns_without_user_reached":
			return `after ${count(reason.turns, "turn")} without a word of yours`;
		case "minutes_reached":
			return `after ${count(reason.minutes, "minute")}`;
		case "tokens_reached":
			return `because the next call could lead past ${count(reason.tokens, "token")} (${reason.used.toLocaleString()} are used)`;
		case "money_reached":
			return `because the next call could cost more than ${limitWords(reason.money)} in all (${moneyWords(reason.spent)} are spent)`;
		case "phrase_said":
			return `because “${reason.phrase}” was said`;
		case "loop_detected":
			return `because they go round in circles: ${loopWords[reason.sign]} (${reason.percent} % over ${count(reason.turns, "turn")})`;
		case "unpriced":
			return `because nobody knows what ${modelName(reason.model)} costs and there is a limit on money`;
		case "regenerating":
			return "for an alternative to a message";
		case "awaiting_nudge":
			return "until you choose who speaks next";
		default:
			return reason satisfies never;
	}
}

const loopWords: Record<LoopSign, string> = {
	repetition: "they say what has been said",
	agreement: "they only thank and agree",
	stalling: "they find no new words",
};

/** What else ends or pauses a conversation by itself, beside what its meters tell. */
export function endWords(end: EndRules): string[] {
	const rules = [
		end.turns_per_participant && `after ${count(end.turns_per_participant, "turn")} of everybody`,
		end.phrase && `when “${end.phrase.text}” is said`,
		end.loops && "pauses when it goes in circles",
	];
	return rules.filter((rule) => typeof rule === "string");
}

/** Of a turn without which it went on. */
export const passedWords = ({ outcome }: Pick<TurnView, "outcome">) => (outcome === "cancelled" ? "was left out" : "was passed over");

/** Why somebody who was up said nothing. */
export const silenceWords = ({ outcome }: Pick<TurnView, "outcome">) =>
	outcome === "stalled" ? "not a word for too long" : outcome === "cancelled" ? "cut off before it had answered" : "no model answered";

export const count = (n: number, noun: string) => `${n.toLocaleString()} ${noun}${n === 1 ? "" : "s"}`;

export const wordsIn = (text: string) => text.split(/\s+/u).filter(Boolean).length;

/** Tokens a second of writing, from the first word to the last. */
export function tokensPerSecond(attempt: Attempt): number | null {
	const tokens = attempt.usage?.output_tokens ?? null;
	const { total_ms, first_token_ms } = attempt.timings;
	const writing = (total_ms ?? 0) - (first_token_ms ?? 0);
	return tokens !== null && writing > 0 ? (tokens * 1000) / writing : null;
}

export function tokenWords(usage: Usage): string | null {
	const tokens = usage.output_tokens ?? null;
	return tokens === null ? null : `${usage.estimated ? "≈ " : ""}${tokens.toLocaleString()} tok`;
}
