import type { ModelRef, Participant } from "../../lib/bindings";

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** Who will not see an image, as far as that is known of the model that is asked first. */
export function sightWords(participants: Participant[], sees: (model: ModelRef | undefined) => boolean | null | undefined): string {
	const names = (sight: boolean | null) => participants.filter(({ route }) => sees(route[0]) === sight).map(({ name }) => name);
	const [blind, unknown] = [names(false), names(null)];
	const told: string[] = [];
	if (blind.length > 0) told.push(`${list.format(blind)} ${blind.length === 1 ? "does" : "do"} not see images and ${blind.length === 1 ? "reads" : "read"} your description.`);
	if (unknown.length > 0) told.push(`Nobody knows whether ${list.format(unknown)} ${unknown.length === 1 ? "sees" : "see"} images.`);
	return told.join(" ");
}
