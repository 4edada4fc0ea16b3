//! `chimera change`: the rules of a conversation, one by one.

use chimera_core::{
    BadCertificate, ConversationChange, ConversationView, EndPhrase, EndRules, FallbackRules, Moderator, SummaryRules,
    Unpriced,
};

use crate::act::Act;
use crate::args::{BadCertificateArg, Change, LoopsArg, NewEnds, SummariesArg, UnpricedArg};
use crate::exit::Exit;
use crate::fault::{Fault, Result};
use crate::{acts, seats};

pub async fn run(args: Change) -> Result<Exit> {
    let (on, rest) = (&args.on, &args);
    acts::at_once(on, |view| Ok(Act::Change(Box::new(what_changes(rest, view)?)))).await
}

/// End rules and what is said about failures are given to the app whole: what is not named is as it was.
fn what_changes(args: &Change, view: &ConversationView) -> Result<ConversationChange> {
    let end = end_rules(&args.ends, &view.end);
    let fallback = FallbackRules {
        after_cut: args.after_cut.map_or(view.fallback.after_cut, Into::into),
        refusals: args.refusals.map_or(view.fallback.refusals, Into::into),
        bad_certificate: args.bad_certificate.map_or(view.fallback.bad_certificate, Into::into),
        unanswered: args.unanswered.map_or(view.fallback.unanswered, Into::into),
    };
    let moderator = match (&args.moderator, &args.moderator_model) {
        (Some(name), _) => Some(Moderator::Participant { participant: seats::find(view, name)? }),
        (None, Some(model)) => Some(Moderator::Model { model: model.clone() }),
        (None, None) => None,
    };
    let change = ConversationChange {
        policy: args.policy.map(Into::into),
        end: (end != view.end).then_some(end),
        fallback: (fallback != view.fallback).then_some(fallback),
        stall_after_s: args.stall_after,
        moderator,
        summary: summary_rules(args, &view.summary),
    };
    if change == ConversationChange::default() && is_empty(args) {
        return Err(Fault::invalid(
            "change",
            "nothing to change was named: `chimera change --help` lists what there is",
        ));
    }
    Ok(change)
}

/// The models that were named before stay, unless others are.
fn summary_rules(args: &Change, old: &SummaryRules) -> Option<SummaryRules> {
    if args.summaries.is_none() && args.summary_models.is_empty() {
        return None;
    }
    let on = args.summaries.map_or(old.on, |wish| wish == SummariesArg::On);
    let route = if args.summary_models.is_empty() { old.route.clone() } else { args.summary_models.clone() };
    Some(SummaryRules { on, route })
}

fn is_empty(args: &Change) -> bool {
    let NewEnds { turns, turns_each, turns_without_user, minutes, tokens, money, unpriced, until, until_by: _, loops } =
        &args.ends;
    let numbers = [turns, turns_each, turns_without_user, minutes, tokens];
    let no_ends = numbers.iter().all(|rule| rule.is_none())
        && money.is_none()
        && unpriced.is_none()
        && until.is_none()
        && loops.is_none();
    let no_fallback = args.after_cut.is_none() && args.refusals.is_none() && args.bad_certificate.is_none();
    no_ends && no_fallback && args.unanswered.is_none()
}

fn end_rules(new: &NewEnds, old: &EndRules) -> EndRules {
    let mut rules = old.clone();
    let numbers = [
        (&new.turns, &mut rules.turns),
        (&new.turns_each, &mut rules.turns_per_participant),
        (&new.turns_without_user, &mut rules.turns_without_user),
        (&new.minutes, &mut rules.minutes),
        (&new.tokens, &mut rules.tokens),
    ];
    for (new, rule) in numbers {
        if let Some(new) = new {
            *rule = new.0;
        }
    }
    if let Some(money) = &new.money {
        rules.money = money.0;
    }
    if let Some(until) = &new.until {
        rules.phrase = until.0.clone().map(|text| EndPhrase { text, by: new.until_by.clone() });
    }
    if let Some(unpriced) = new.unpriced {
        rules.unpriced = match unpriced {
            UnpricedArg::Refuse => Unpriced::Refuse,
            UnpricedArg::Allow => Unpriced::Allow,
        };
    }
    if let Some(loops) = new.loops {
        rules.loops = loops == LoopsArg::Pause;
    }
    rules
}

impl From<BadCertificateArg> for BadCertificate {
    fn from(bad: BadCertificateArg) -> Self {
        match bad {
            BadCertificateArg::Stop => BadCertificate::Stop,
            BadCertificateArg::AskAnother => BadCertificate::AskAnother,
        }
    }
}
