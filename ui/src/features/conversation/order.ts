import type { ConversationChange, ConversationView, Moderator } from "../../lib/bindings";
import { everyPolicy, modelName, policyMeaning, policyWords } from "../../lib/words";

const nameOf = (view: ConversationView, moderator: Moderator): string => {
	switch (moderator.by) {
		case "model":
			return modelName(moderator.model);
		case "participant":
			return [...view.participants, ...(view.left ?? [])].find(({ id }) => id === moderator.participant)?.name ?? "somebody who left";
		default:
			return moderator satisfies never;
	}
};

/** How the next speaker is chosen: "balanced", "moderated by Poet". */
export function orderWords(view: ConversationView): string {
	if (view.policy !== "moderator" || !view.moderator) return policyWords[view.policy].toLowerCase();
	return `moderated by ${nameOf(view, view.moderator)}`;
}

/** Every way to choose the next speaker, as entries of a menu: anybody at the table can moderate. */
export function orders(view: ConversationView, onlead: (change: ConversationChange) => void) {
	const isModerated = view.policy === "moderator";
	const isBy = (moderator: Moderator) => isModerated && JSON.stringify(view.moderator) === JSON.stringify(moderator);
	const moderators: Moderator[] = view.participants.map(({ id }) => ({ by: "participant", participant: id }));
	// A model beside the table is given when the conversation is made; here it can be gone back to.
	if (view.moderator?.by === "model") moderators.push(view.moderator);
	return [
		...everyPolicy.map((policy) => ({ label: policyWords[policy], hint: policyMeaning[policy], isCurrent: policy === view.policy, onselect: () => onlead({ policy }) })),
		...moderators.map((moderator) => ({
			label: `Moderated by ${nameOf(view, moderator)}`,
			hint: "Asked before each turn; that costs tokens",
			isCurrent: isBy(moderator),
			onselect: () => onlead({ policy: "moderator", moderator }),
		})),
	];
}
