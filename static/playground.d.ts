/** The page as slides, embedders and tests drive it: `window.playground`. Times are virtual, in whole microseconds. */

declare global {
  interface Window {
    playground: Playground;
  }
}

export interface Playground {
  /** Opens a link, its fragment, or a scenario in JSON, as text or object. Returns what could not be used as given. */
  load(linkOrScenario: string | object): Notice[];
  /** The address that opens this run, with everything done by hand so far. */
  link(): string;
  play(): void;
  pause(): void;
  /** Lets the next `n` events happen (1 if left out) and stands still; negative steps go back. */
  step(n?: number): void;
  /** Goes to a virtual time, back or forth, and stands still. */
  seek(microseconds: number): void;
  /** A client asks for a value. */
  propose(value: string): void;
  /**
   * Interferes, in the words of links and files: `crash A2`, `cut P1>A3`, `heal`. With `at` it acts at that virtual
   * time, also in the past; otherwise now.
   */
  inject(intervention: string | { at?: string | number; do: string }): void;
  /** The run as it is now. */
  snapshot(): Snapshot;
  /**
   * Tries every run within the bounds, in a worker. What is left out is as the Check view has it, which begins with
   * few nodes of the run on the stage.
   */
  check(bounds?: Bounds): Promise<CheckResult>;
}

export interface Bounds {
  /** A link, its fragment, or a scenario in JSON. Its nodes, protocol knobs and broken rules count. */
  scenario?: string;
  /**
   * The name of a state to look for, in place of a broken property. `five-preemptions` takes rounds up to 5 with two
   * proposers, 6 where one begins anew at once, and 3 with three proposers.
   */
  goal?: string;
  /** Whether a message arrives any number of times, as it does where this is left out, or at most once. */
  network?: "set" | "once";
  /** The highest round that any proposer begins. */
  rounds?: number;
  crashes?: number;
  /** As many as crashes, if left out. */
  restarts?: number;
  wipes?: number;
  /** Compares whole states, not 64-bit fingerprints. */
  exact?: boolean;
  /** Takes states that differ only in which like node is which for one. */
  symmetry?: boolean;
  /** Forgets messages that no receiver can act on any more: the same answer from fewer states. */
  forget?: boolean;
  megabytes?: number;
  /** Also demands that every step of the actors is one of Lamport's specification: that they refine Paxos.tla. */
  refines?: boolean;
  /** Checks the specification itself, Paxos.tla, in place of the actors. */
  spec?: Specification;
}

/** What is left out is 3 acceptors, 2 values, 3 ballots, majorities, and no rule switched off. */
export interface Specification {
  acceptors?: number;
  values?: number;
  ballots?: number;
  /** How many 1b messages Phase2a needs. A phase 2 quorum that would not meet it grows. */
  q1?: number;
  /** How many 2b messages choose a value. A phase 1 quorum that would not meet it grows. */
  q2?: number;
  /** The rules that are switched off, joined by commas. */
  break?: string;
}

export interface CheckResult {
  verdict: "holds" | "violated" | "reached" | "full" | "broke" | "stopped";
  /** The property that breaks, where one does; `refines Paxos.tla` is one, too. */
  property?: string;
  /**
   * A shortest run to what was found, as the fragment of a link. Of the specification, the same schedule as the actors
   * of a synod do it.
   */
  link: string | null;
  /** That run in sentences, one a step; of the specification, its actions. Empty where nothing was found. */
  steps: string[];
  states: number;
  transitions: number;
  depth: number;
  milliseconds: number;
  /** The memory of the worker. */
  bytes: number;
}

/** Something that could not be used as it was given, and what was used instead. */
export interface Notice {
  key: string;
  given: string;
  problem: string;
}

export interface Snapshot {
  time: number;
  events: number;
  /** 16 hexadecimal digits; equal for equal runs, on every machine. */
  digest: string;
  nodes: Node[];
  messages: Message[];
  chosen: Chosen[];
  properties: Property[];
  metrics: Metrics;
  /** What the run measures of itself, beside the exact probability where theory knows it. */
  gauges: { name: string; hits: number; of: number; exact: number | null }[];
}

export interface Node {
  id: number;
  label: string;
  role: string;
  status: "absent" | "up" | "down" | "paused";
  slow: boolean;
  isolated: boolean;
  ballot: string | null;
  vote: { ballot: string; value: string } | null;
  decided: string | null;
  fields: { name: string; value: string; durable: boolean }[];
}

export interface Message {
  from: string;
  to: string;
  /** How many messages went from one to the other before it. */
  number: number;
  /** 0 for the original; duplicates count up. */
  copy: number;
  kind: string;
  text: string;
  left: number;
  /** `null` if it is held until somebody acts. */
  arrives: number | null;
}

export interface Chosen {
  slot: number;
  value: string;
  ballot: string;
  quorum: string[];
  learned: string[];
  event: number;
  time: number;
}

export interface Property {
  name: string;
  holds: boolean;
  broken: { event: number; what: string } | null;
}

export interface Metrics {
  messages: { kind: string; sent: number; delivered: number; lost: number }[];
  rounds: number;
  preemptions: number;
  decisions: number;
  crashes: number;
  timers: number;
  firstChosen: number | null;
  allLearned: number | null;
  /** Ballots that a proposer began although nothing had been chosen since its ballot before. */
  retries: number;
  /** From a client's request until its value was chosen, until the first node knew, and until the client's answer. */
  untilChosen: Latency;
  untilLearned: Latency;
  untilAnswered: Latency;
  /** For how long enough acceptors were up for both phases. */
  quorumUp: number;
  messagesPerDecision: number | null;
}

/** In microseconds: median and 95th percentile of the latest 1024, and the longest of all. */
export interface Latency {
  count: number;
  median: number;
  p95: number;
  max: number;
}

export {};
