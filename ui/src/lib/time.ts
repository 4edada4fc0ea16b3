const MINUTE = 60_000;
const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const fullDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "medium" });

export const clockTime = (timestamp: string) => clock.format(new Date(timestamp));
export const dayName = (timestamp: string) => fullDay.format(new Date(timestamp));
export const fullMoment = (timestamp: string) => moment.format(new Date(timestamp));

export function isSameDay(one: string, other: string): boolean {
	return new Date(one).toDateString() === new Date(other).toDateString();
}

/** As short as it can be said in a list: "now", "4 min", "10:02", "Fri", "12 Mar". */
export function recently(timestamp: string, now: number): string {
	const then = new Date(timestamp);
	const age = now - then.getTime();
	if (age < MINUTE) return "now";
	if (age < 60 * MINUTE) return `${Math.floor(age / MINUTE)} min`;
	if (then.toDateString() === new Date(now).toDateString()) return clock.format(then);
	return age < 6 * DAY ? weekday.format(then) : dayAndMonth.format(then);
}

/** "0.4 s", "12 s", "3 min 20 s". */
export function duration(milliseconds: number): string {
	const seconds = Math.max(0, milliseconds) / 1000;
	if (seconds < 10) return `${seconds.toFixed(1)} s`;
	if (seconds < 60) return `${Math.round(seconds)} s`;
	return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Whole seconds only, for what ticks on the screen. */
export function ticking(milliseconds: number): string {
	const seconds = Math.max(0, Math.floor(milliseconds / 1000));
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
