/** At most so many calls at once; further ones wait in order of arrival, and beyond that they are turned away at once. */
export interface Queue {
  /** Resolves when the call may begin. `leave` must be called exactly once after `in`. */
  enter(signal: AbortSignal): Promise<"in" | "overloaded" | "cancelled">;
  leave(): void;
  running(): number;
  waiting(): number;
}

export function createQueue(maxRunning: number, maxWaiting: number): Queue {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    enter(signal) {
      if (signal.aborted) return Promise.resolve("cancelled");
      if (running < maxRunning) {
        running += 1;
        return Promise.resolve("in");
      }
      if (waiting.length >= maxWaiting) return Promise.resolve("overloaded");
      return new Promise((resolve) => {
        const admit = () => {
          signal.removeEventListener("abort", giveUp);
          resolve("in");
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(admit), 1);
          resolve("cancelled");
        };
        waiting.push(admit);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(); // the place passes on to the one who waited longest
    },
    running: () => running,
    waiting: () => waiting.length,
  };
}
