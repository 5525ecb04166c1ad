// What the engine is measured against in a browser: the same synod in plain JavaScript, as a teaching tool would write
// it by hand. Two proposers, five acceptors, two learners; the same messages, timers, loss and duplication; a binary
// heap for the queue; every event kept as an object. No properties, no digest, no interventions, no other faults.
//
// With `rewinding`, every event also keeps the state of every node after it: how such tools let one go back in time.

const ACCEPTORS = 5;
const QUORUM = 3;
const LOSS = 0.1;
const DUPLICATE = 0.01;
const UNTIL = 600_000_000;

/** A small generator with a seed, so that runs can be repeated (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A binary heap of appointments, the earliest first; ties break by the order in which they were made. */
class Queue {
  items = [];

  static before(a, b) {
    return a.time < b.time || (a.time === b.time && a.order < b.order);
  }

  push(item) {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!Queue.before(item, items[parent])) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  pop() {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= items.length) break;
        if (child + 1 < items.length && Queue.before(items[child + 1], items[child])) child += 1;
        if (!Queue.before(items[child], last)) break;
        items[at] = items[child];
        at = child;
      }
      items[at] = last;
    }
    return first;
  }
}

/** Ballots are ordered by round, then by owner. */
const compare = (a, b) => a.round - b.round || a.owner - b.owner;
const same = (a, b) => a !== null && b !== null && a.round === b.round && a.owner === b.owner;

class Simulation {
  time = 0;
  order = 0;
  queue = new Queue();
  events = [];

  constructor(seed, rewinding) {
    this.random = random(seed);
    this.rewinding = rewinding;
    this.nodes = [];
    for (let n = 0; n < 2; n += 1) this.nodes.push(new Proposer(this, this.nodes.length, "XY"[n]));
    for (let n = 0; n < ACCEPTORS; n += 1) this.nodes.push(new Acceptor(this, this.nodes.length));
    for (let n = 0; n < 2; n += 1) this.nodes.push(new Learner(this, this.nodes.length));
    this.acceptors = this.nodes.filter((node) => node instanceof Acceptor).map((node) => node.id);
    this.learners = this.nodes.filter((node) => node instanceof Learner).map((node) => node.id);
    for (const node of this.nodes) {
      this.record("start", node.id, null);
      node.start();
    }
  }

  record(kind, node, detail) {
    this.events.push({ number: this.events.length, time: this.time, kind, node, detail, notes: [] });
  }

  note(text, detail) {
    this.events[this.events.length - 1].notes.push({ text, detail });
  }

  add(wait, entry) {
    this.order += 1;
    this.queue.push({ time: this.time + wait, order: this.order, ...entry });
  }

  send(from, to, message) {
    const cause = this.events.length - 1;
    const travel = () => 500_000 + Math.floor(this.random() * 300_001);
    const lost = this.random() < LOSS;
    const way = travel();
    this.add(lost ? way / 2 : way, { kind: lost ? "lost" : "deliver", from, to, message, cause });
    if (this.random() < DUPLICATE) this.add(travel(), { kind: "deliver", from, to, message, cause });
  }

  broadcast(from, to, message) {
    for (const node of to) this.send(from, node, message);
  }

  timer(node, name, wait) {
    const timer = { name };
    this.nodes[node].timers[name] = timer;
    this.add(wait, { kind: "timer", to: node, timer, cause: this.events.length - 1 });
  }

  run() {
    while (this.queue.items.length > 0 && this.queue.items[0].time <= UNTIL) {
      const entry = this.queue.pop();
      this.time = entry.time;
      const node = this.nodes[entry.to];
      if (entry.kind === "timer") {
        if (node.timers[entry.timer.name] !== entry.timer) continue;
        node.timers[entry.timer.name] = null;
        this.record("timer", node.id, { name: entry.timer.name, cause: entry.cause });
        node.fire(entry.timer.name);
      } else {
        const { from, to, message, cause } = entry;
        this.record(entry.kind, node.id, { from, to, message, cause });
        if (entry.kind === "deliver") node.receive(from, message);
      }
      if (this.rewinding) this.events[this.events.length - 1].states = this.nodes.map((each) => each.state());
    }
    return this.events.length;
  }
}

class Proposer {
  timers = {};
  round = 0;
  heard = 0;
  failures = 0;
  phase = "idle";
  ballot = null;
  value = null;
  adopted = null;
  replies = new Set();

  constructor(net, id, mine) {
    Object.assign(this, { net, id, mine });
  }

  state() {
    const { net, replies, timers, ...rest } = this;
    return { ...rest, replies: [...replies], timers: { ...timers } };
  }

  start() {
    this.net.timer(this.id, "retry", Math.floor(this.net.random() * 1_000_000));
  }

  backOff() {
    return Math.floor(this.net.random() * 1_000_000 * 2 ** Math.min(Math.max(this.failures - 1, 0), 4));
  }

  wait() {
    this.net.timer(this.id, "retry", 4_000_000 + this.backOff());
    this.net.timer(this.id, "resend", 2_500_000);
  }

  begin() {
    this.round = Math.max(this.round, this.heard) + 1;
    this.ballot = { round: this.round, owner: this.id };
    this.phase = "prepare";
    this.adopted = null;
    this.replies = new Set();
    this.net.note("begins", { ballot: this.ballot });
    this.net.broadcast(this.id, this.net.acceptors, { type: "prepare", ballot: this.ballot });
    this.wait();
  }

  fire(name) {
    if (name === "retry") {
      if (this.phase !== "idle") {
        this.failures += 1;
        this.net.note("gives up", { ballot: this.ballot });
      }
      this.begin();
    } else if (this.phase === "prepare" || this.phase === "accept") {
      const silent = this.net.acceptors.filter((acceptor) => !this.replies.has(acceptor));
      const message = { type: this.phase, ballot: this.ballot, value: this.value };
      this.net.note("resends", { ballot: this.ballot, to: silent });
      this.net.broadcast(this.id, silent, message);
      this.net.timer(this.id, "resend", 2_500_000);
    }
  }

  receive(from, message) {
    const { type, ballot } = message;
    if (type === "promise") {
      if (this.phase !== "prepare" || !same(ballot, this.ballot)) {
        this.net.note("too late", { type, ballot });
        return;
      }
      this.replies.add(from);
      const { accepted } = message;
      if (accepted && (!this.adopted || compare(accepted.ballot, this.adopted.ballot) > 0)) this.adopted = accepted;
      this.net.note("counts", { type, ballot, from, count: this.replies.size });
      if (this.replies.size >= QUORUM) {
        this.value = this.adopted ? this.adopted.value : this.mine;
        this.phase = "accept";
        this.replies = new Set();
        this.net.note("proposes", { ballot, value: this.value });
        this.net.broadcast(this.id, this.net.acceptors, { type: "accept", ballot, value: this.value });
        this.wait();
      }
    } else if (type === "accepted") {
      if (this.phase !== "accept" || !same(ballot, this.ballot)) {
        this.net.note("too late", { type, ballot });
        return;
      }
      this.replies.add(from);
      this.net.note("counts", { type, ballot, from, count: this.replies.size });
      if (this.replies.size >= QUORUM) {
        this.phase = "done";
        this.timers.retry = null;
        this.timers.resend = null;
        this.net.note("learns", { ballot, value: this.value });
      }
    } else if (type === "nack") {
      this.heard = Math.max(this.heard, message.promised.round);
      if ((this.phase !== "prepare" && this.phase !== "accept") || !same(ballot, this.ballot)) {
        this.net.note("too late", { type, ballot });
        return;
      }
      this.failures += 1;
      this.phase = "idle";
      this.timers.resend = null;
      this.net.note("steps back", { ballot, promised: message.promised });
      this.net.timer(this.id, "retry", this.backOff());
    }
  }
}

class Acceptor {
  timers = {};
  promised = null;
  accepted = null;

  constructor(net, id) {
    Object.assign(this, { net, id });
  }

  state() {
    const { net, timers, ...rest } = this;
    return rest;
  }

  start() {}

  fire() {}

  receive(from, message) {
    const { type, ballot, value } = message;
    if (type === "query") {
      this.net.note("is asked", { from });
      if (this.accepted) this.net.send(this.id, from, { type: "accepted", ...this.accepted });
    } else if (this.promised && compare(ballot, this.promised) < 0) {
      this.net.note("refuses", { type, ballot, promised: this.promised });
      this.net.send(this.id, from, { type: "nack", ballot, promised: this.promised });
    } else if (type === "prepare") {
      this.promised = ballot;
      this.net.note("promises", { ballot, accepted: this.accepted });
      this.net.send(this.id, from, { type: "promise", ballot, accepted: this.accepted });
    } else if (type === "accept") {
      this.promised = ballot;
      this.accepted = { ballot, value };
      this.net.note("votes", { ballot, value });
      this.net.broadcast(this.id, [from, ...this.net.learners], { type: "accepted", ballot, value });
    }
  }
}

class Learner {
  timers = {};
  learned = null;
  votes = new Map();

  constructor(net, id) {
    Object.assign(this, { net, id });
  }

  state() {
    const { net, votes, timers, ...rest } = this;
    const copied = [...votes].map(([ballot, voters]) => [ballot, [...voters]]);
    return { ...rest, votes: copied, timers: { ...timers } };
  }

  start() {
    this.net.timer(this.id, "ask", 4_000_000);
  }

  fire() {
    this.net.note("asks", null);
    this.net.broadcast(this.id, this.net.acceptors, { type: "query" });
    this.net.timer(this.id, "ask", 4_000_000);
  }

  receive(from, { ballot, value }) {
    if (this.learned) {
      this.net.note("knows already", { ballot });
      return;
    }
    const key = `${ballot.round}.${ballot.owner}`;
    if (!this.votes.has(key)) this.votes.set(key, new Set());
    const votes = this.votes.get(key).add(from);
    this.net.note("counts", { type: "accepted", ballot, from, count: votes.size });
    if (votes.size >= QUORUM) {
      this.learned = { ballot, value };
      this.timers.ask = null;
      this.net.note("learns", { ballot, value });
    }
  }
}

/** Runs one seed to its end and returns how many events happened. */
export function run(seed, rewinding) {
  return new Simulation(seed, rewinding).run();
}
