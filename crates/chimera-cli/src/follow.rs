//! A conversation that talks, followed until it rests.

use std::collections::HashSet;
use std::pin::pin;

use chimera_app::StopWhen;
use chimera_core::{ConversationState, ConversationView, EventKind, FeedItem, Seq, StateReason, TurnId};
use futures::FutureExt;

use crate::act::Act;
use crate::exit::Exit;
use crate::fault::Result;
use crate::house::{Heard, House};
use crate::out::print;
use crate::script::Script;
use crate::typed::{HELP, Line, Typed};

/// How it is shown, who types along, and what Ctrl-C does.
pub struct Following {
    pub json: bool,
    pub typed: Typed,
    pub on_interrupt: OnInterrupt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnInterrupt {
    /// Whoever speaks is cut off, with its words kept, and the conversation paused: it can be resumed.
    Pause,
    /// Only this turn is cut off: an alternative that is said anew leaves the conversation as it was.
    Skip,
    /// Nothing becomes of the talk: it is another Chimera's.
    LookAway,
}

/// Prints what has happened since `before`, which [`House::listen`] was told, until nobody speaks and nobody will.
pub async fn follow(house: &mut House, before: &ConversationView, mut how: Following) -> Result<Exit> {
    let id = before.id;
    let mut watch = Watch::from(before);
    watch.catch_up_to = house.view(id).await?.seq;
    let mut script = Script::of(before);
    let mut show = |heard: &Heard| {
        if heard.item().topic().conversation().is_some_and(|of| of != id) {
            return Ok(());
        }
        let text = if how.json { format!("{}\n", heard.json()) } else { script.next(heard.item()) };
        print(&text)
    };
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut interrupts = 0;
    loop {
        if watch.rests() {
            // What was told in the same breath.
            while let Some(next) = house.next().now_or_never() {
                let Some(heard) = next? else { break };
                show(&heard)?;
                watch.see(heard.item());
            }
            if watch.rests() && !(how.typed.is_open() && watch.waits_for_a_person()) {
                break;
            }
            if let Some(hint) = watch.hint() {
                eprintln!("{hint}");
            }
        }
        let news = tokio::select! {
            heard = house.next() => News::Heard(heard?),
            _ = &mut interrupt => News::Interrupt,
            line = how.typed.next() => News::Typed(line),
        };
        match news {
            News::Heard(None) => break,
            News::Heard(Some(heard)) => {
                show(&heard)?;
                watch.see(heard.item());
            }
            News::Interrupt => {
                interrupt.set(tokio::signal::ctrl_c());
                interrupts += 1;
                cut_off(house, &watch, how.on_interrupt, interrupts).await?;
            }
            News::Typed(None) => {}
            News::Typed(Some(line)) => {
                let read = Line::read(&line, &house.view(id).await?);
                match read {
                    Ok(Line::Nothing) => {}
                    Ok(Line::Help) => eprint!("{HELP}"),
                    Ok(Line::Leave) => {
                        interrupts += 1;
                        cut_off(house, &watch, how.on_interrupt, interrupts).await?;
                    }
                    Ok(Line::Act(act)) => {
                        if let Err(fault) = house.act(id, act).await {
                            crate::exit::report(&fault);
                        }
                    }
                    Err(fault) => {
                        crate::exit::report(&fault);
                    }
                }
            }
        }
        if interrupts > 0 && (watch.rests() || how.on_interrupt == OnInterrupt::LookAway) {
            break;
        }
    }
    if interrupts == 0 {
        return Ok(watch.exit());
    }
    if watch.state == ConversationState::Paused {
        eprintln!("Paused: `chimera resume {id}` goes on.");
    }
    Ok(Exit::Stopped)
}

enum News {
    Heard(Option<Heard>),
    Interrupt,
    Typed(Option<String>),
}

/// The first time gently; whoever asks again wants out.
async fn cut_off(house: &mut House, watch: &Watch, how: OnInterrupt, times: u32) -> Result<()> {
    let acts = match (how, times) {
        (OnInterrupt::Pause, 1) => vec![Act::Pause, Act::Skip],
        (OnInterrupt::Skip, 1) => vec![Act::Skip],
        (OnInterrupt::LookAway, _) => Vec::new(),
        (OnInterrupt::Pause | OnInterrupt::Skip, _) => vec![Act::Stop { when: StopWhen::Now }],
    };
    for act in acts {
        // It may have come to rest by itself meanwhile: then there is nothing to pause and nobody to cut off.
        match house.act(watch.id, act).await {
            Err(fault) if !fault.is(chimera_app::ErrorCode::WrongState) => return Err(fault),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// What is known of a conversation by what was heard of it.
struct Watch {
    id: chimera_core::ConversationId,
    state: ConversationState,
    reason: Option<StateReason>,
    /// Turns that have begun and not ended: a pause and a stop let them finish.
    open: HashSet<TurnId>,
    has_ended_a_turn: bool,
    /// Whoever waits for a person tells it once.
    has_hinted: bool,
    heard: Seq,
    /// The act that is followed is in the log up to here.
    catch_up_to: Seq,
}

impl Watch {
    fn from(view: &ConversationView) -> Self {
        let open = view.turns.iter().filter(|turn| turn.outcome.is_none()).map(|turn| turn.id).collect();
        let (state, reason, heard) = (view.state, view.reason.clone(), view.seq);
        Self {
            id: view.id,
            state,
            reason,
            open,
            has_ended_a_turn: false,
            has_hinted: false,
            heard,
            catch_up_to: view.seq,
        }
    }

    fn see(&mut self, item: &FeedItem) {
        let FeedItem::Event(event) = item else { return };
        if event.conversation() != Some(self.id) {
            return;
        }
        self.heard = self.heard.max(event.seq);
        match &event.kind {
            EventKind::ConversationStateChanged { state, reason } => {
                self.state = *state;
                self.has_hinted = false;
                self.reason = Some(reason.clone());
            }
            EventKind::TurnStarted { turn, .. } => {
                self.open.insert(*turn);
            }
            EventKind::TurnEnded { turn, .. } => {
                self.open.remove(turn);
                self.has_ended_a_turn = true;
            }
            _ => {}
        }
    }

    fn rests(&self) -> bool {
        let is_still = match self.state {
            ConversationState::Running => false,
            ConversationState::NeedsAttention | ConversationState::Completed => true,
            ConversationState::Draft | ConversationState::Paused => self.open.is_empty(),
        };
        is_still && self.heard >= self.catch_up_to
    }

    /// Somebody who types could set it going again.
    fn waits_for_a_person(&self) -> bool {
        self.state == ConversationState::Paused
            && matches!(
                self.reason,
                Some(
                    StateReason::AwaitingNudge
                        | StateReason::TurnsWithoutUserReached { .. }
                        | StateReason::LoopDetected { .. }
                )
            )
    }

    /// What a person could do now.
    fn hint(&mut self) -> Option<&'static str> {
        if !self.rests() || std::mem::replace(&mut self.has_hinted, true) {
            return None;
        }
        Some(match self.reason {
            Some(StateReason::AwaitingNudge) => "It waits for you: /nudge NAME, /leave, or a line to say something.",
            Some(_) | None => "It waits for you: /resume, /leave, or a line to say something.",
        })
    }

    fn exit(&self) -> Exit {
        match (self.state, &self.reason) {
            (ConversationState::NeedsAttention, _) => Exit::NoModelAnswered,
            // Asked for: by this command, by a typed line, or through another reader.
            (
                ConversationState::Paused,
                Some(StateReason::User | StateReason::Stepping | StateReason::Stepped | StateReason::Regenerating)
                | None,
            ) => Exit::Done,
            // Whoever was nudged has had its turn.
            (ConversationState::Paused, Some(StateReason::AwaitingNudge)) if self.has_ended_a_turn => Exit::Done,
            (ConversationState::Paused, Some(_)) => Exit::Paused,
            (ConversationState::Draft | ConversationState::Running | ConversationState::Completed, _) => Exit::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use chimera_core::{Event, Timestamp, Topic, TurnOutcome};
    use serde_json::{Value, json};

    use super::*;

    fn id(n: u8) -> String {
        format!("00000000-0000-0000-0000-{n:012}")
    }

    fn turn(n: u8, outcome: Option<TurnOutcome>) -> Value {
        let choice = json!({ "policy": "parallel", "reason": "together", "scores": [] });
        json!({ "id": id(n), "participant": id(n), "number": n, "choice": choice, "round": id(9),
                "outcome": outcome, "attempts": [] })
    }

    fn paused(turns: &[Value]) -> ConversationView {
        let spent = json!({ "attempts": 0, "input_tokens": 0, "output_tokens": 0, "cached_tokens": 0, "reasoning_tokens": 0,
                            "cost": { "known": 0, "unpriced_attempts": 0, "estimated": false } });
        let progress = json!({ "turns": 0, "turns_without_user": 0, "ran_ms": 0 });
        serde_json::from_value(json!({
            "id": id(1), "seq": 7, "title": "", "topic": "", "state": "paused", "reason": { "why": "user" },
            "policy": "parallel", "end": {}, "fallback": {}, "seed": 1, "participants": [], "branch": id(1), "branches": [],
            "messages": [], "undoable": 0, "redoable": 0, "turn": turns.first(), "turns": turns, "spent": spent,
            "progress": progress, "created_at": Timestamp::from_millis(0), "updated_at": Timestamp::from_millis(0),
        }))
        .unwrap()
    }

    fn ends(watch: &mut Watch, n: u8) {
        let turn = serde_json::from_value(json!(id(n))).unwrap();
        let kind = EventKind::TurnEnded { turn, outcome: TurnOutcome::Completed };
        let topic = Topic::Conversation(watch.id);
        watch.see(&FeedItem::Event(Event { seq: Seq(watch.heard.0 + 1), topic, ts: Timestamp::from_millis(0), kind }));
    }

    #[test]
    fn a_round_that_is_joined_in_the_middle_rests_when_all_of_it_are_through() {
        let mut watch = Watch::from(&paused(&[turn(1, None), turn(2, None), turn(3, Some(TurnOutcome::Failed))]));

        ends(&mut watch, 1);
        let is_half_through = watch.rests();
        ends(&mut watch, 2);

        assert!(!is_half_through, "one of them still speaks");
        assert!(watch.rests());
    }
}
