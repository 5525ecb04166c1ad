//! What a node does in each of its local states, as far as anybody has tried.

/// Where a crash stands among the others; a restart follows, then a wipe.
pub(super) const CRASH: usize = 16;
pub(super) const WIPE: usize = 18;
const OTHERS: usize = 19;

/// What a node does with an input in one local state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reaction {
    /// What it adds to the fingerprint of the node's part.
    pub delta: u64,
    pub local: u32,
    pub facts: u32,
    /// Where in the list of all that is sent its messages are.
    pub sends: (u32, u32),
    /// The local state before it.
    pub before: u32,
}

/// What is known of a node's timer, crash, restart or wipe in one local state.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// Nobody has tried yet.
    Not,
    /// It changes nothing.
    Nothing,
    /// It does this.
    Does(Reaction),
}

/// What a node does in one local state. Bits are messages by number.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// What was tried.
    tried: Vec<u64>,
    /// What of that changes anything.
    useful: Vec<u64>,
    /// The reactions to what is useful, in the order of the bits.
    reactions: Vec<Reaction>,
    /// Reactions before each word of `useful`.
    before: Vec<u32>,
    /// By timer (0 to 15), crash, restart, wipe.
    others: Vec<Known>,
}

impl Row {
    /// A row of which nothing is known.
    pub fn unknown() -> Self {
        Self { others: vec![Known::Not; OTHERS], ..Self::default() }
    }

    /// Notes what a timer or a fault does.
    pub fn learn_other(&mut self, which: usize, known: Known) {
        self.others[which] = known;
    }

    /// Which of the messages `present` in that word change anything; `None` if not all were tried.
    pub fn useful(&self, word: usize, present: u64) -> Option<u64> {
        let tried = self.tried.get(word).copied().unwrap_or(0);
        (present & !tried == 0).then(|| present & self.useful.get(word).copied().unwrap_or(0))
    }

    /// The reaction to a useful message.
    pub fn reaction(&self, word: usize, bit: u32) -> Reaction {
        let rank = (self.useful[word] & ((1 << bit) - 1)).count_ones();
        self.reactions[(self.before[word] + rank) as usize]
    }

    /// All useful messages with the reactions to them.
    pub fn all(&self) -> impl Iterator<Item = (u32, Reaction)> {
        let messages = (0..self.useful.len() * 64).filter(|at| self.useful[at / 64] >> (at % 64) & 1 == 1);
        messages.map(|at| at as u32).zip(self.reactions.iter().copied())
    }

    pub fn was_tried(&self, message: u32) -> bool {
        self.tried.get(message as usize / 64).is_some_and(|word| word >> (message % 64) & 1 == 1)
    }

    pub fn learn(&mut self, message: u32, reaction: Option<Reaction>) {
        let (word, bit) = (message as usize / 64, message % 64);
        if self.tried.len() <= word {
            self.tried.resize(word + 1, 0);
            self.useful.resize(word + 1, 0);
            self.before.resize(word + 1, self.reactions.len() as u32);
        }
        self.tried[word] |= 1 << bit;
        let Some(reaction) = reaction else { return };
        let rank = (self.useful[word] & ((1 << bit) - 1)).count_ones();
        self.useful[word] |= 1 << bit;
        self.reactions.insert((self.before[word] + rank) as usize, reaction);
        self.before[word + 1..].iter_mut().for_each(|before| *before += 1);
    }

    pub fn other(&self, which: usize) -> Known {
        self.others.get(which).copied().unwrap_or(Known::Nothing)
    }

    pub fn bytes(&self) -> usize {
        (self.tried.capacity() + self.useful.capacity()) * 8
            + self.before.capacity() * 4
            + self.reactions.capacity() * size_of::<Reaction>()
            + self.others.capacity() * size_of::<Known>()
    }
}
