//! [`Actors`] as a space of states to search: what can happen in a state, and what comes of it.

use super::Network;
use super::actors::{Actors, BUDGET, CRASH, Judged, Known, Local, Node, Reaction, Row, Step, WIPE};
use super::search::{Space, Standing, Successor, part};
use super::symmetry::{MOST, Symmetry};
use crate::check::Ledger;
use crate::paxos::{Input, NodeId, NodeSet, System, Timer};

impl<S: System> Space for Actors<S> {
    fn width(&self) -> usize {
        self.network_start() + self.network_words
    }

    fn initial(&mut self, state: &mut Vec<u64>) -> u64 {
        let mapped = self.bounds.refines.then(Default::default);
        let empty = Judged { ledger: Ledger::default(), mapped, broken: None, chosen: false };
        let ledger = self.intern_ledger(empty);
        let faults = [self.bounds.crashes, self.bounds.restarts, self.bounds.wipes];
        let budget = faults.iter().enumerate().fold(0, |all, (kind, left)| all | u64::from(*left) << (8 * kind));
        state.push(budget | u64::from(ledger) << 32);
        state.resize(self.network_start(), 0);
        let mut fingerprint = self.ledger_hashes[ledger as usize];
        for (kind, left) in faults.into_iter().enumerate() {
            fingerprint = fingerprint.wrapping_add(part(4, kind as u64, u64::from(left)));
        }
        for node in 0..self.nodes.len() {
            let local = self.intern_local(node, Local { up: true, actor: self.system.initial(NodeId(node as u8)) });
            self.set_local(state, node, local);
            fingerprint = fingerprint.wrapping_add(self.nodes[node].hashes[local as usize]);
        }
        if let Some(symmetry) = &self.symmetry {
            let budget = faults.into_iter().enumerate().map(|(kind, left)| part(4, kind as u64, u64::from(left)));
            let (start, like) = (self.signatures_start(), symmetry.len());
            for at in 0..like {
                let locals = (0..self.nodes.len())
                    .map(|node| self.nodes[node].views[self.local_at(state, node) as usize * like + at]);
                state[start + at] = locals.fold(self.ledger_views[at], u64::wrapping_add);
            }
            fingerprint = budget.fold(Symmetry::sum(&state[start..]), u64::wrapping_add);
        }
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            let actor = self.nodes[node].locals[local as usize].actor.clone();
            if let Some(reaction) = self.react(node, local, true, actor, Some(Input::Start)) {
                state.resize(self.width(), 0);
                self.enter(self.ledger_at(state), reaction.facts);
                fingerprint =
                    self.after(state, fingerprint, (node, reaction), None).expect("the facts were just entered");
                self.apply(state, node, reaction, None);
            }
        }
        state.resize(self.width(), 0);
        fingerprint
    }

    fn expand(&mut self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) {
        let start = found.len();
        if self.expand_known(state, fingerprint, found).is_none() {
            found.truncate(start);
            self.learn(state);
            self.expand_known(state, fingerprint, found).expect("all that can happen was tried");
        }
    }

    fn build(&mut self, state: &[u64], action: u32, next: &mut Vec<u64>) {
        self.build_known(state, Step::decode(action), next);
    }

    fn judge(&mut self, state: &[u64]) -> Standing {
        let judged = self.judged(state);
        let chosen = judged.chosen;
        let found = match self.bounds.goal {
            None => judged.broken.as_ref().map(|_| self.ledger_at(state)),
            Some(goal) => {
                let actors: Vec<_> = (0..self.nodes.len()).map(|node| &self.local(state, node).actor).collect();
                super::goal::reached(&self.system, goal, &actors, &judged.ledger).then_some(0)
            }
        };
        Standing { chosen, found }
    }

    fn bytes(&self) -> usize {
        let rows = |node: &Node<S::Actor>| {
            node.rows.iter().chain(&node.failures).map(Row::bytes).sum::<usize>()
                + node.locals.len() * (2 * size_of::<Local<S::Actor>>() + 2 * size_of::<Row>() + 32)
        };
        self.nodes.iter().map(rows).sum::<usize>() + self.ledgers.len() * 600 + self.entries.bytes()
    }
}

impl<S: System> Actors<S> {
    /// Appends the state that a step leads to, of which it is known what it does.
    pub(super) fn build_known(&self, state: &[u64], step: Step, next: &mut Vec<u64>) {
        let start = next.len();
        next.extend_from_slice(state);
        next.resize(start + self.width(), 0);
        let next = &mut next[start..];
        match step {
            Step::Deliver(message) | Step::Fail(message) => {
                let node = self.messages[message as usize].to.index();
                let rows = self.nodes[node].deliveries(matches!(step, Step::Fail(_)));
                let row = &rows[self.local_at(state, node) as usize];
                let reaction = row.reaction(message as usize / 64, message % 64);
                self.apply(next, node, reaction, Some(message));
            }
            Step::Fire(node, timer) => {
                let row = &self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize];
                if let Known::Does(reaction) = row.other(usize::from(timer.0)) {
                    self.apply(next, node.index(), reaction, None);
                }
            }
            Step::Crash(node) => self.suffer(next, node, 0),
            Step::Restart(node) => self.suffer(next, node, 1),
            Step::Wipe(node) => self.suffer(next, node, 2),
        }
    }

    /// Finds out whatever of this state was not known.
    fn learn(&mut self, state: &[u64]) {
        for node in 0..self.nodes.len() {
            let local = self.local_at(state, node);
            self.learn_deliveries(state, node, local, false);
            self.learn_deliveries(state, node, local, true);
            let timers = self.nodes[node].timers[local as usize];
            for timer in (0..CRASH).filter(|timer| timers >> timer & 1 == 1) {
                if let Known::Does(reaction) = self.learn_other(node, local, timer) {
                    self.enter(self.ledger_at(state), reaction.facts);
                }
            }
            for which in (CRASH..=WIPE).filter(|which| state[BUDGET] >> (8 * (which - CRASH)) & 255 != 0) {
                self.learn_other(node, local, which);
            }
        }
        for (kind, machine) in self.faults_left(state) {
            let mut ledger = self.ledger_at(state);
            for (_, reaction) in self.fault(state, machine, kind) {
                ledger = self.enter(ledger, reaction.facts);
            }
        }
    }

    /// Finds out what of the mail in this state was not known.
    fn learn_deliveries(&mut self, state: &[u64], node: usize, local: u32, fails: bool) {
        for word in 0..self.nodes[node].letters(fails).len() {
            let present = self.present(state, word) & self.nodes[node].letters(fails)[word];
            let mut untried = present;
            while untried != 0 {
                self.learn_delivery(node, local, (word * 64) as u32 + untried.trailing_zeros(), fails);
                untried &= untried - 1;
            }
            let mut useful = self.nodes[node].deliveries(fails)[local as usize].useful(word, present).unwrap_or(0);
            while useful != 0 {
                let row = &self.nodes[node].deliveries(fails)[local as usize];
                let reaction = row.reaction(word, useful.trailing_zeros());
                self.enter(self.ledger_at(state), reaction.facts);
                useful &= useful - 1;
            }
        }
    }

    /// Every action that changes the state; `None` if something was never tried.
    fn expand_known(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> Option<()> {
        for (id, node) in self.nodes.iter().enumerate() {
            let local = self.local_at(state, id) as usize;
            let row = &node.rows[local];
            self.expand_deliveries(state, fingerprint, (id, row, &node.mail), Step::Deliver, found)?;
            self.expand_deliveries(state, fingerprint, (id, &node.failures[local], &node.told), Step::Fail, found)?;
            let mut timers = node.timers[local];
            while timers != 0 {
                let timer = timers.trailing_zeros();
                timers &= timers - 1;
                let reaction = match row.other(timer as usize) {
                    Known::Not => return None,
                    Known::Nothing => continue,
                    Known::Does(reaction) => reaction,
                };
                let after = self.after(state, fingerprint, (id, reaction), None)?;
                if after != fingerprint {
                    let step = Step::Fire(NodeId(id as u8), Timer(timer as u8));
                    found.push(Successor { fingerprint: after, action: step.encode() });
                }
            }
        }
        if state[BUDGET] & 0xFF_FFFF != 0 {
            self.expand_faults(state, fingerprint, found)?;
        }
        Some(())
    }

    /// Every delivery to a node that changes the state, or every failure over one.
    #[inline(always)]
    fn expand_deliveries(
        &self,
        state: &[u64],
        fingerprint: u64,
        (node, row, letters): (usize, &Row, &[u64]),
        step: fn(u32) -> Step,
        found: &mut Vec<Successor>,
    ) -> Option<()> {
        for (word, letters) in letters.iter().enumerate() {
            let present = self.present(state, word) & letters;
            if present == 0 {
                continue;
            }
            let mut useful = row.useful(word, present)?;
            while useful != 0 {
                let bit = useful.trailing_zeros();
                useful &= useful - 1;
                let message = (word * 64) as u32 + bit;
                let after = self.after(state, fingerprint, (node, row.reaction(word, bit)), Some(message))?;
                if after != fingerprint {
                    found.push(Successor { fingerprint: after, action: step(message).encode() });
                }
            }
        }
        Some(())
    }

    pub(super) fn ledger_at(&self, state: &[u64]) -> u32 {
        (state[BUDGET] >> 32) as u32
    }

    pub(super) fn local_at(&self, state: &[u64], node: usize) -> u32 {
        (state[1 + node / 2] >> (32 * (node % 2))) as u32
    }

    fn set_local(&self, state: &mut [u64], node: usize, local: u32) {
        let (word, shift) = (1 + node / 2, 32 * (node % 2));
        state[word] = state[word] & !(u64::from(u32::MAX) << shift) | u64::from(local) << shift;
    }

    /// Where the signatures of like nodes begin, if there is symmetry.
    fn signatures_start(&self) -> usize {
        1 + self.nodes.len().div_ceil(2)
    }

    fn network_start(&self) -> usize {
        self.signatures_start() + self.symmetry.as_ref().map_or(0, Symmetry::len)
    }

    /// How many words the network takes for so many messages.
    pub(super) fn words_for(&self, messages: usize) -> usize {
        match self.bounds.network {
            Network::Set => messages.div_ceil(64),
            Network::Once => messages.div_ceil(8),
        }
    }

    /// Which of 64 messages are in the network, from number `64 * word`.
    fn present(&self, state: &[u64], word: usize) -> u64 {
        let network = &state[self.network_start()..];
        match self.bounds.network {
            Network::Set => network.get(word).copied().unwrap_or(0),
            Network::Once => {
                let counts = network.iter().skip(8 * word).take(8).enumerate();
                counts.fold(0, |present, (at, counts)| present | bytes_held(*counts) << (8 * at))
            }
        }
    }

    /// The fingerprint of the state to which the reaction leads, or the old one if it changes nothing; `None` if the
    /// ledger was never asked.
    fn after(
        &self,
        state: &[u64],
        fingerprint: u64,
        (node, reaction): (usize, Reaction),
        taken: Option<u32>,
    ) -> Option<u64> {
        if let Some(symmetry) = &self.symmetry {
            let mut signatures = [0; MOST];
            let signatures = &mut signatures[..symmetry.len()];
            signatures.copy_from_slice(&state[self.signatures_start()..self.network_start()]);
            let rest = fingerprint.wrapping_sub(Symmetry::sum(signatures));
            self.sign(signatures, state, node, reaction, taken)?;
            return Some(rest.wrapping_add(Symmetry::sum(signatures)));
        }
        let mut fingerprint = fingerprint.wrapping_add(reaction.delta);
        match self.bounds.network {
            Network::Set => {
                let network = &state[self.network_start()..];
                for message in self.sent(reaction) {
                    let word = network.get(*message as usize / 64).copied().unwrap_or(0);
                    if word >> (message % 64) & 1 == 0 {
                        fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                    }
                }
            }
            Network::Once => {
                if let Some(message) = taken {
                    fingerprint = fingerprint.wrapping_sub(self.message_hashes[message as usize]);
                }
                for message in self.sent(reaction) {
                    fingerprint = fingerprint.wrapping_add(self.message_hashes[*message as usize]);
                }
            }
        }
        if reaction.facts != 0 {
            fingerprint = fingerprint.wrapping_add(self.entries.get(self.ledger_at(state), reaction.facts)?.delta);
        }
        Some(fingerprint)
    }

    /// What a reaction adds to the signatures of like nodes; `None` if the ledger was never asked.
    fn sign(
        &self,
        signatures: &mut [u64],
        state: &[u64],
        node: usize,
        reaction: Reaction,
        taken: Option<u32>,
    ) -> Option<()> {
        let views = |of: &'_ [u64], at: u32, like: usize| of[at as usize * signatures.len() + like];
        let mut change = [0u64; MOST];
        let mut add = |of: &[u64], at: u32, add: bool| {
            for (like, change) in change[..signatures.len()].iter_mut().enumerate() {
                let view = views(of, at, like);
                *change = if add { change.wrapping_add(view) } else { change.wrapping_sub(view) };
            }
        };
        add(&self.nodes[node].views, reaction.before, false);
        add(&self.nodes[node].views, reaction.local, true);
        if let Some(message) = taken.filter(|_| self.bounds.network == Network::Once) {
            add(&self.message_views, message, false);
        }
        let network = &state[self.network_start()..];
        for message in self.sent(reaction) {
            let word = network.get(*message as usize / 64).copied().unwrap_or(0);
            if self.bounds.network == Network::Once || word >> (message % 64) & 1 == 0 {
                add(&self.message_views, *message, true);
            }
        }
        if reaction.facts != 0 {
            let ledger = self.ledger_at(state);
            add(&self.ledger_views, ledger, false);
            add(&self.ledger_views, self.entries.get(ledger, reaction.facts)?.after, true);
        }
        for (signature, change) in signatures.iter_mut().zip(change) {
            *signature = signature.wrapping_add(change);
        }
        Some(())
    }

    fn apply(&self, state: &mut [u64], node: usize, reaction: Reaction, taken: Option<u32>) {
        if let Some(symmetry) = &self.symmetry {
            let mut signatures = [0; MOST];
            let signatures = &mut signatures[..symmetry.len()];
            let place = self.signatures_start()..self.network_start();
            signatures.copy_from_slice(&state[place.clone()]);
            if self.sign(signatures, state, node, reaction, taken).is_some() {
                state[place].copy_from_slice(signatures);
            }
        }
        if let Some(message) = taken.filter(|_| self.bounds.network == Network::Once) {
            state[self.network_start() + message as usize / 8] -= 1 << (message % 8 * 8);
        }
        self.set_local(state, node, reaction.local);
        if reaction.facts != 0
            && let Some(entry) = self.entries.get(self.ledger_at(state), reaction.facts)
        {
            state[BUDGET] = state[BUDGET] & u64::from(u32::MAX) | u64::from(entry.after) << 32;
        }
        let network = &mut state[self.network_start()..];
        for message in self.sent(reaction) {
            match self.bounds.network {
                Network::Set => network[*message as usize / 64] |= 1 << (message % 64),
                Network::Once => {
                    let (word, shift) = (*message as usize / 8, message % 8 * 8);
                    if network[word] >> shift & 255 < 255 {
                        network[word] += 1 << shift;
                    }
                }
            }
        }
    }

    /// The faults that the budget allows, each with the machine it strikes.
    fn faults_left(&self, state: &[u64]) -> Vec<(usize, NodeSet)> {
        let kinds = (CRASH..=WIPE).filter(|kind| state[BUDGET] >> (8 * (kind - CRASH)) & 255 != 0);
        let first = |(node, machine): &(usize, &NodeSet)| machine.iter().next() == Some(NodeId(*node as u8));
        let machines = || self.machines.iter().enumerate().filter(first).map(|(_, machine)| *machine);
        kinds.flat_map(|kind| machines().map(move |machine| (kind, machine))).collect()
    }

    /// The reactions of every node of a machine to a fault, in the order of the nodes.
    fn fault(&self, state: &[u64], machine: NodeSet, which: usize) -> Vec<(usize, Reaction)> {
        let reaction = |node: NodeId| match self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize]
            .other(which)
        {
            Known::Does(reaction) => Some((node.index(), reaction)),
            Known::Not | Known::Nothing => None,
        };
        machine.iter().filter_map(reaction).collect()
    }

    fn expand_faults(&self, state: &[u64], fingerprint: u64, found: &mut Vec<Successor>) -> Option<()> {
        for (which, machine) in self.faults_left(state) {
            for node in machine.iter() {
                let row = &self.nodes[node.index()].rows[self.local_at(state, node.index()) as usize];
                if matches!(row.other(which), Known::Not) {
                    return None;
                }
            }
            let kind = (which - CRASH) as u64;
            let left = state[BUDGET] >> (8 * kind) & 255;
            let reactions = self.fault(state, machine, which);
            let node = machine.iter().next()?;
            if reactions.is_empty() {
                continue;
            }
            let mut scratch = state.to_vec();
            scratch.resize(self.width(), 0);
            let mut after = fingerprint.wrapping_add(part(4, kind, left - 1).wrapping_sub(part(4, kind, left)));
            for (node, reaction) in reactions {
                after = self.after(&scratch, after, (node, reaction), None)?;
                self.apply(&mut scratch, node, reaction, None);
            }
            found.push(Successor { fingerprint: after, action: fault_step(kind, node).encode() });
        }
        Some(())
    }

    fn suffer(&self, next: &mut [u64], node: NodeId, kind: u64) {
        next[BUDGET] -= 1 << (8 * kind);
        for (node, reaction) in self.fault(next, self.machines[node.index()], CRASH + kind as usize) {
            self.apply(next, node, reaction, None);
        }
    }
}

/// Which bytes of the word are not nought, as the lowest eight bits.
fn bytes_held(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let held = (((word & LOW) + LOW) | word) & !LOW;
    (held >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

fn fault_step(kind: u64, node: NodeId) -> Step {
    match kind {
        0 => Step::Crash(node),
        1 => Step::Restart(node),
        _ => Step::Wipe(node),
    }
}
