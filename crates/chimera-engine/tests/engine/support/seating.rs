use chimera_core::{AfterCut, EndRules, EventKind, FallbackRules, Moderator, Participant, Policy, SummaryRules};

use super::{Table, cast, model};

/// A conversation to be: who sits down, and by which rules.
pub struct Seating {
    pub participants: Vec<Participant>,
    pub policy: Policy,
    pub end: EndRules,
    pub fallback: FallbackRules,
    pub seed: u32,
    pub stall_after_s: Option<u32>,
    pub moderator: Option<Moderator>,
    pub summary: SummaryRules,
}

impl Seating {
    pub fn of(names: &[&str]) -> Self {
        let end = EndRules::NONE;
        // A turn that breaks off is over, but where it is told what else may come of it.
        let fallback = FallbackRules { after_cut: AfterCut::Stop, ..FallbackRules::default() };
        Self {
            participants: cast(names),
            policy: Policy::RoundRobin,
            end,
            fallback,
            seed: 7,
            stall_after_s: None,
            moderator: None,
            summary: SummaryRules::default(),
        }
    }

    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    pub fn ends_after(mut self, turns: u32) -> Self {
        self.end.turns = Some(turns);
        self
    }

    /// A model without a seat says who speaks next.
    pub fn moderated_by(mut self, name: &str) -> Self {
        self.policy = Policy::Moderator;
        self.moderator = Some(Moderator::Model { model: model(name) });
        self
    }

    /// What falls out of sight is summed up, by these models or by whoever is to speak.
    pub fn sums_up(mut self, route: &[&str]) -> Self {
        self.summary = SummaryRules { on: true, route: route.iter().map(|name| model(name)).collect() };
        self
    }

    pub fn stalls_after(mut self, seconds: u32) -> Self {
        self.stall_after_s = Some(seconds);
        self
    }

    pub fn after_cut(mut self, rule: AfterCut) -> Self {
        self.fallback.after_cut = rule;
        self
    }

    /// The same route for everybody.
    pub fn route(mut self, models: &[&str]) -> Self {
        for participant in &mut self.participants {
            participant.route = models.iter().map(|name| model(name)).collect();
        }
        self
    }

    pub fn talkative(mut self, name: &str, talkativeness: f32) -> Self {
        self.participants.iter_mut().find(|seat| seat.name == name).unwrap().talkativeness = talkativeness;
        self
    }

    pub fn created(self) -> EventKind {
        let (title, topic) = ("A title".to_owned(), "Bridges".to_owned());
        let Self { participants, policy, end, fallback, seed, stall_after_s, moderator, summary } = self;
        EventKind::ConversationCreated {
            title,
            topic,
            participants,
            policy,
            end,
            fallback,
            seed,
            stall_after_s,
            moderator,
            summary,
        }
    }

    pub fn table(self) -> Table {
        Table::new(self.created())
    }
}
