import { createContext } from "svelte";

/** What is done when somebody follows a link: the window shows the address first. */
export type FollowLink = (href: string) => void;

export const [followLink, provideFollowLink] = createContext<FollowLink>();
