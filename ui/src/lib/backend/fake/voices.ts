import type { Cast, Persona } from "../../bindings";

const persona = (id: string, name: string, hue: number, tagline: string): Persona => ({
	id, name, hue, tagline, version: 1, instructions: "", talkativeness: 0.5,
});

export const personas: Persona[] = [
	persona("sceptic", "Sceptic", 20, "Asks what would have to be true, and for whom"),
	persona("poet", "Poet", 180, "Finds the image that makes an argument visible"),
	persona("engineer", "Engineer", 250, "Turns questions into things one could build and test"),
	persona("historian", "Historian", 80, "Has seen this argument before, and how it ended"),
	persona("optimist", "Optimist", 150, "Looks for the version of the idea that works"),
	persona("host", "Host", 320, "Keeps the talk on the question and hands on the word"),
];

/** What the scripted voices say, line after line, over and over. */
export const lines: Record<string, string[]> = {
	sceptic: [
		"Same for *whom*? The harbour master’s ledger says yes; the carpenter’s says no. Identity here is a clause in a contract, not a property of wood.",
		"Poet, a sentence that keeps its meaning after every word is swapped is a translation. We do not call a translation the original, and we still read it.\n\nWhat would change my mind: one thing that stays through *all* the repairs and that somebody could point at.",
		"That is a good answer to a question nobody asked. Who is harmed if it is *not* the same ship?",
	],
	poet: [
		"A ship is a sentence the sea keeps reading. Replace a word and it goes on; replace the reader and it stops.\n\n> The planks are pronouns. The voyage is the noun.",
		"Think of a river with a name. Nobody has ever seen the same water in it, and nobody has ever got lost by calling it the Vistula.",
		"Then let the old planks be stacked in a yard, and let a child ask which of the two is waiting for the tide.",
	],
	engineer: [
		"Think of it as a rolling deploy: at no moment is the service down, and every part is new by Friday.\n\n```rust\nfn ship(planks: &[Plank]) -> Ship {\n    planks.iter().fold(Ship::old(), replace)\n}\n```\n\nWhat is constant is the **interface**: crew, cargo, and the name in the register.",
		"Cheap experiment: keep every old plank, number it, and rebuild the first hull beside the second.\n\n| hull | planks | papers | answers to its name |\n| --- | ---: | :-: | :-: |\n| repaired | 0 of 812 | yes | yes |\n| rebuilt | 812 of 812 | no | no |\n\nIf you would sail the first and hang the second in a museum, you have your definition.",
		"- What is insured?\n- What is registered?\n- What can sink?\n\nThree questions, three different ships.",
	],
	historian: [
		"Plutarch reports that the Athenians kept the ship of Theseus for centuries and that the philosophers quarrelled about it even then. Nobody won; the ship was kept in repair.",
		"The frigate *Constitution* is perhaps an eighth original wood, and no admiral doubts which ship she is.",
	],
	optimist: ["Then every repair is a vote for the ship. I find that rather hopeful."],
	host: ["Sceptic asks for the thing that stays; Poet says it is the voyage. Engineer, is that measurable?"],
};

export const casts: Cast[] = [
	{
		id: "debate",
		name: "Debate",
		tagline: "Two sides of one claim",
		topic: "Should cities be closed to cars?",
		policy: "round_robin",
		moderator: null,
		end: { turns: 8 },
		participants: [{ persona: "sceptic" }, { persona: "optimist" }],
	},
];
