//! Nothing is asked that could lead past the budget: the worst that a call can come to is reserved before it is made.

use chimera_core::{
    BUDGETED_ANSWER_TOKENS, CLOSING_ANSWER_TOKENS, ErrorClass, ModelRef, Money, Participant, ParticipantId, Price,
    ReplyRequest, Reserve, StateReason, Unpriced,
};

use super::{Dialogue, Voice};
use crate::prompt::{at_most_tokens, at_most_tokens_of};

/// Tokens by which the last word asked for makes a question longer.
const CLOSING_NOTE_TOKENS: u32 = 64;
/// The same by which the word that all answer at once does.
const ROUND_NOTE_TOKENS: u32 = 64;

impl Dialogue {
    /// The question to a model, its answer held to what can be reserved for it. Before the turn there is no voice.
    pub(super) fn question(
        &self,
        speaker: &Participant,
        model: &ModelRef,
        voice: Option<&Voice>,
    ) -> (ReplyRequest, Reserve) {
        let mut request = self.words_for(speaker, model, voice);
        let facts = self.facts(model);
        let most = facts.max_output_tokens.unwrap_or(u32::MAX);
        if self.has_budget() {
            let mut answer = request.sampling.max_output_tokens.unwrap_or(BUDGETED_ANSWER_TOKENS);
            if self.conversation.closing.is_some() {
                answer = answer.min(CLOSING_ANSWER_TOKENS);
            }
            request.sampling.max_output_tokens = Some(answer);
        }
        // What a stand-in is known not to give would be refused.
        request.sampling.max_output_tokens = request.sampling.max_output_tokens.map(|answer| answer.min(most));
        let output_tokens = request.sampling.max_output_tokens.or(facts.max_output_tokens);
        let reserve = reserve(
            facts.price.as_ref(),
            at_most_tokens(&request, &facts),
            output_tokens.unwrap_or(BUDGETED_ANSWER_TOKENS),
        );
        (request, reserve)
    }

    /// Whether the budget has room for this question, which is for nobody's turn, and what it may come to.
    pub(super) fn has_room_for(&self, model: &ModelRef, request: &ReplyRequest) -> Result<Reserve, StateReason> {
        let output = request.sampling.max_output_tokens.unwrap_or(BUDGETED_ANSWER_TOKENS);
        let facts = self.facts(model);
        let reserve = reserve(facts.price.as_ref(), at_most_tokens(request, &facts), output);
        let somebody = self.conversation.participants.first().map(|seat| seat.id);
        match somebody.and_then(|somebody| self.forbids(somebody, model, &reserve)) {
            Some(reason) => Err(reason),
            None => Ok(reserve),
        }
    }

    /// What forbids to put a question to this model that may come to so much.
    pub(super) fn forbids(&self, speaker: ParticipantId, model: &ModelRef, reserve: &Reserve) -> Option<StateReason> {
        if self.is_refused(reserve) {
            return Some(StateReason::Unpriced { participant: speaker, model: model.clone() });
        }
        self.leads_past(reserve.tokens(), reserve.cost.unwrap_or_default(), |_| 0, |_| Money::ZERO)
    }

    /// Those of them that can be asked all at once. That is all of them or nobody, for the answers are there to be
    /// compared; only a closing round goes on without those that it has no room for.
    pub(super) fn room_for(&self, members: &[ParticipantId]) -> Result<Vec<ParticipantId>, StateReason> {
        let mut set_aside = Reserve { cost: Some(Money::ZERO), ..Reserve::default() };
        let (mut fitting, mut why) = (Vec::new(), None);
        for member in members {
            match self.reserve_beside(*member, &set_aside) {
                Ok(reserve) => {
                    fitting.push(*member);
                    set_aside = sum(&set_aside, &reserve);
                }
                Err(reason) if self.conversation.closing.is_none() => return Err(reason),
                Err(reason) => _ = why.get_or_insert(reason),
            }
        }
        match why {
            Some(reason) if fitting.is_empty() => Err(reason),
            Some(_) | None => Ok(fitting),
        }
    }

    /// What the first of a participant's models that there is room for beside the others' calls may come to.
    fn reserve_beside(&self, member: ParticipantId, others: &Reserve) -> Result<Reserve, StateReason> {
        let mut why = None;
        let seat = self.conversation.participant(member);
        for (seat, model) in seat.into_iter().flat_map(|seat| seat.route.iter().map(move |model| (seat, model))) {
            let (_, mut reserve) = self.question(seat, model, None);
            reserve.input_tokens = reserve.input_tokens.saturating_add(ROUND_NOTE_TOKENS);
            let price = self.facts(model).price;
            reserve.cost = price.map(|price| price.worst(reserve.input_tokens, reserve.output_tokens));
            match self.forbids_beside(member, model, &reserve, others) {
                None => return Ok(reserve),
                Some(reason) => {
                    if why.is_none() || !matches!(reason, StateReason::Unpriced { .. }) {
                        why = Some(reason);
                    }
                }
            }
        }
        why.map_or(Ok(Reserve::default()), Err)
    }

    fn forbids_beside(
        &self,
        speaker: ParticipantId,
        model: &ModelRef,
        reserve: &Reserve,
        others: &Reserve,
    ) -> Option<StateReason> {
        if self.is_refused(reserve) {
            return self.forbids(speaker, model, reserve);
        }
        self.forbids(speaker, model, &sum(reserve, others))
    }

    /// Why none of the models of this participant can be asked, or of the route it is given for this turn.
    pub(super) fn forbids_turn(&self, speaker: ParticipantId, route: Option<&[ModelRef]>) -> Option<StateReason> {
        let speaker = self.conversation.participant(speaker)?;
        let mut why = None;
        for model in route.unwrap_or(&speaker.route) {
            let (_, reserve) = self.question(speaker, model, None);
            let reason = self.forbids(speaker.id, model, &reserve)?;
            // That the budget is used up outweighs that a price is missing: a person could mend only the one.
            if why.is_none() || !matches!(reason, StateReason::Unpriced { .. }) {
                why = Some(reason);
            }
        }
        why
    }

    /// Why these turns would leave no room for a closing round after them. For that round half of the budget is kept free
    /// at most, so that a small one is not all farewell.
    pub(super) fn calls_for_closing(&self, next: &[ParticipantId]) -> Option<StateReason> {
        if !self.has_budget() || next.is_empty() {
            return None;
        }
        let mut turn = Reserve { cost: Some(Money::ZERO), ..Reserve::default() };
        let mut shown = 0_u32;
        for next in next {
            let next = self.conversation.participant(*next)?;
            let first = next.route.first()?;
            let (request, reserve) = self.question(next, first, None);
            let (input, answer) = (reserve.input_tokens, request.sampling.max_output_tokens?);
            turn = sum(&turn, &self.planned(next, input, answer)?);
            // All are shown the same; then come their answers.
            let before = if shown == 0 { input.saturating_sub(at_most_tokens_of(&next.instructions)) } else { shown };
            shown = before.saturating_add(answer);
        }
        let round = self.closing_round(shown);
        let tokens = round.tokens();
        let money = round.cost.unwrap_or_default();
        self.leads_past(
            turn.tokens(),
            turn.cost.unwrap_or_default(),
            |limit| tokens.min(limit / 2),
            |limit| money.min(Money::from_nanos(limit.nanos() / 2)),
        )
    }

    /// The most that a last turn of everybody can come to, who are shown so many tokens beside their instructions.
    fn closing_round(&self, shown: u32) -> Reserve {
        let mut round = Reserve { cost: Some(Money::ZERO), ..Reserve::default() };
        let mut shown = shown.saturating_add(CLOSING_NOTE_TOKENS);
        for seat in self.conversation.participants.iter().filter(|seat| !seat.muted) {
            let input = shown.saturating_add(at_most_tokens_of(&seat.instructions));
            let Some(last) = self.planned(seat, input, CLOSING_ANSWER_TOKENS) else { continue };
            round.input_tokens = round.input_tokens.saturating_add(last.input_tokens);
            round.output_tokens = round.output_tokens.saturating_add(last.output_tokens);
            round.cost = round.cost.map(|cost| cost + last.cost.unwrap_or_default());
            shown = shown.saturating_add(CLOSING_ANSWER_TOKENS);
        }
        round
    }

    /// What a call of this size can come to with the model that would be asked: the first that the budget has room
    /// for, and if it has for none, the first whose price does not forbid it.
    fn planned(&self, speaker: &Participant, input: u32, output: u32) -> Option<Reserve> {
        let call = |model| (model, reserve(self.facts(model).price.as_ref(), input, output));
        let calls: Vec<(&ModelRef, Reserve)> = speaker.route.iter().map(call).collect();
        let fits = calls.iter().find(|(model, reserve)| self.forbids(speaker.id, model, reserve).is_none());
        let planned = fits.or_else(|| calls.iter().find(|(_, reserve)| !self.is_refused(reserve)));
        planned.map(|(_, reserve)| *reserve)
    }

    fn is_refused(&self, reserve: &Reserve) -> bool {
        let end = &self.conversation.end;
        end.money.is_some() && end.unpriced == Unpriced::Refuse && reserve.cost.is_none()
    }

    /// The limit that so much would lead past, if beside it so much were kept free of each.
    fn leads_past(
        &self,
        tokens: u32,
        cost: Money,
        keep_tokens: impl Fn(u32) -> u32,
        keep_money: impl Fn(Money) -> Money,
    ) -> Option<StateReason> {
        let (end, ledger) = (&self.conversation.end, &self.conversation.past.ledger);
        if let Some(limit) = end.tokens {
            let reserve = tokens.saturating_add(keep_tokens(limit));
            if ledger.tokens().saturating_add(u64::from(reserve)) > u64::from(limit) {
                let used = u32::try_from(ledger.tokens()).unwrap_or(u32::MAX);
                return Some(StateReason::TokensReached { tokens: limit, used, reserve });
            }
        }
        let limit = end.money?;
        let (spent, reserve) = (ledger.money(), cost + keep_money(limit));
        (spent + reserve > limit).then_some(StateReason::MoneyReached { money: limit, spent, reserve })
    }

    pub(super) fn has_budget(&self) -> bool {
        self.conversation.end.tokens.is_some() || self.conversation.end.money.is_some()
    }
}

/// How a model is passed over for this reason: its class, and the words for the message's story.
pub(super) fn passed_over(reason: &StateReason, reserve: &Reserve) -> (ErrorClass, String) {
    match (reason, reserve.cost) {
        (StateReason::Unpriced { .. }, _) => {
            (ErrorClass::Unpriced, "set its price, or allow models without one".into())
        }
        (StateReason::MoneyReached { money, spent, .. }, Some(cost)) => {
            (ErrorClass::OverBudget, format!("it could cost {cost}, and {spent} of {money} are spent"))
        }
        _ => (ErrorClass::OverBudget, format!("it could take {} tokens", reserve.tokens())),
    }
}

/// Of which one may have no price: that is allowed then, and counts for nothing.
fn sum(one: &Reserve, other: &Reserve) -> Reserve {
    Reserve {
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
        cost: Some(one.cost.unwrap_or_default() + other.cost.unwrap_or_default()),
    }
}

fn reserve(price: Option<&Price>, input_tokens: u32, output_tokens: u32) -> Reserve {
    Reserve { input_tokens, output_tokens, cost: price.map(|price| price.worst(input_tokens, output_tokens)) }
}
