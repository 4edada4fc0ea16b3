/** The time, for what ticks on the screen; it runs only while somebody looks at it. */
export class Ticking {
	now = $state(Date.now());

	/** To be called in an effect: the clock stands when the effect is torn down. */
	run(everyMs = 500) {
		this.now = Date.now();
		const timer = setInterval(() => (this.now = Date.now()), everyMs);
		return () => clearInterval(timer);
	}
}
