import type { Backend } from "./backend";

/**
 * What would be there twice, or strike twice, if it were asked for twice. Everything else says how something is to be,
 * or is refused the second time; whoever undoes twice means two.
 */
const REPEATABLE: ReadonlySet<PropertyKey> = new Set([
	"createConversation", "startDemo", "seatCast", "saveCast", "saveTableAsCast", "duplicateCast", "importCast",
	"addParticipant", "nudgeParticipant", "skipTurn", "skipParticipant",
	"regenerate", "continueFrom", "branchConversation", "editMessage",
	"addConnection", "createToken",
] satisfies (keyof Backend)[]);

/** As long as two clicks may lie apart that are one wish. */
const DOUBLE_CLICK_MS = 500;

interface Asked {
	answer: unknown;
	at: number;
	isOpen: boolean;
}

/**
 * The same backend for impatient hands: the same thing asked for again while it is under way, or within a double click,
 * is done once and has the same answer. What failed can be asked for again at once.
 */
export function oncePerClick(backend: Backend, now: () => number = () => Date.now()): Backend {
	const asked = new Map<string, Asked>();

	function once(call: string, ask: () => unknown): unknown {
		const before = asked.get(call);
		if (before && (before.isOpen || now() - before.at < DOUBLE_CLICK_MS)) return before.answer;
		for (const [other, { at, isOpen }] of asked) if (!isOpen && now() - at >= DOUBLE_CLICK_MS) asked.delete(other);
		const entry: Asked = { answer: ask(), at: now(), isOpen: true };
		asked.set(call, entry);
		void Promise.resolve(entry.answer).then(
			() => (entry.isOpen = false),
			() => asked.delete(call),
		);
		return entry.answer;
	}

	return new Proxy(backend, {
		get(target, name) {
			const command: unknown = Reflect.get(target, name, target);
			if (typeof command !== "function" || !REPEATABLE.has(name)) return command;
			return (...args: unknown[]) => once(JSON.stringify([name, ...args]), () => Reflect.apply(command, target, args));
		},
	});
}
