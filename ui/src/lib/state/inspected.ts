import { createContext } from "svelte";
import type { Attempt, AttemptId, ParticipantId, Thoughts } from "../bindings";

/** The prompt that somebody wants to read: that of an attempt, or the one that would be sent next. */
export type Inspected = { attempt: Attempt } | { next: ParticipantId | null };

/** How whoever shows an attempt asks for its prompt to be shown. */
export const [inspectPrompt, provideInspectPrompt] = createContext<(wanted: Inspected) => void>();

/** How whoever shows an attempt gets at what was thought in it. */
export const [readThoughts, provideReadThoughts] = createContext<(attempt: AttemptId) => Promise<Thoughts>>();
