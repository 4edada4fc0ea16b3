use chimera_app::{Error, Recording, SayWhen, any_demo_voice, default_data_dir};
use chimera_core::{
    CastView, ConversationView, EndPhrase, EndRules, FallbackRules, ModelRef, NewConversation, NewModerator,
    NewParticipant, PersonaId, Sampling, Seating, Secret, SummaryRules, Unpriced,
};

use crate::act::Act;
use crate::args::{Data, Ends, Talk};
use crate::exit::Exit;
use crate::fault::Result;
use crate::follow::{Following, OnInterrupt, follow};
use crate::house::{House, within};
use crate::images;
use crate::out::{print, print_json};
use crate::typed::Typed;

/// Turns of a talk of which nobody said when it ends.
const USUAL_TURNS: u32 = 6;

/// Where the history lies for a command.
pub fn data_dir(data: &Data) -> chimera_app::Result<std::path::PathBuf> {
    data.data_dir.clone().map_or_else(default_data_dir, Ok)
}

pub async fn run(args: Talk) -> Result<Exit> {
    within(&args.data, args.pace.map(Into::into), async |house| {
        if let Some(file) = &args.record {
            let chimera = house.here("only the Chimera that holds a conversation can record it")?;
            chimera.record(Recording::Next(file.clone()));
        }
        house.listen_to_all().await?;
        let laid = lay(house, &args).await?;
        house.act(laid.id, Act::Start).await?;
        let typed = Typed::open(&args.joining, args.json);
        follow(house, &laid, Following { json: args.json, typed, on_interrupt: OnInterrupt::Pause }).await
    })
    .await
}

/// The table is laid and nobody speaks yet.
pub async fn create_only(args: Talk) -> Result<Exit> {
    within(&args.data, None, async |house| {
        let created = lay(house, &args).await?;
        if args.json {
            print_json(&created)?
        } else {
            print(&format!("{}\n", created.id))?
        }
        Ok(Exit::Done)
    })
    .await
}

async fn lay(house: &mut House, args: &Talk) -> Result<ConversationView> {
    let pictures = images::read(&args.pictures)?;
    let route = args.asked.route(house).await?;
    let laid = match &args.cast {
        Some(cast) => {
            let seating = seating(house.reading().cast(cast).await?, args, route.as_ref())?;
            house.seat_cast(cast, seating).await?
        }
        None => create(house, args, route.as_ref()).await?,
    };
    if pictures.is_empty() {
        return Ok(laid);
    }
    house.act(laid.id, Act::say(String::new(), SayWhen::After, Vec::new(), pictures)).await?;
    house.view(laid.id).await
}

async fn create(house: &mut House, args: &Talk, route: Option<&Vec<ModelRef>>) -> Result<ConversationView> {
    house
        .create(NewConversation {
            topic: args.topic.clone(),
            participants: args.personas.iter().map(|persona| seat(persona, route, args.answer_tokens)).collect(),
            policy: args.policy.into(),
            end: end_rules(&args.ends, &EndRules { turns: Some(USUAL_TURNS), ..EndRules::default() }),
            fallback: fallback(args, FallbackRules::default()),
            seed: args.seed,
            stall_after_s: args.stall_after,
            moderator: args.moderator.as_ref().map(|persona| moderator(persona, &args.personas)).transpose()?,
            summary: SummaryRules { on: args.summaries, route: args.summary_models.clone() },
            ..NewConversation::default()
        })
        .await
}

/// The cast as it is, but for what the command line says.
fn seating(cast: CastView, args: &Talk, route: Option<&Vec<ModelRef>>) -> chimera_app::Result<Seating> {
    let route = match (args.demo, route) {
        (false, None) if cast.shipped => {
            return Err(Error::invalid(
                "route",
                "this cast brings no models: name some with --models or --route, or seat --demo voices",
            ));
        }
        // The voices of a cast that came with Chimera are chosen for it.
        (true, _) if !cast.shipped => vec![any_demo_voice()],
        (_, route) => route.cloned().unwrap_or_default(),
    };
    Ok(Seating {
        topic: Some(args.topic.clone()),
        route,
        end: Some(end_rules(&args.ends, &cast.cast.end)),
        fallback: Some(fallback(args, cast.cast.fallback)),
        stall_after_s: args.stall_after,
        seed: args.seed,
        answer_tokens: args.answer_tokens,
    })
}

fn fallback(args: &Talk, rules: FallbackRules) -> FallbackRules {
    let after_cut = args.after_cut.map_or(rules.after_cut, Into::into);
    let unanswered = args.unanswered.map_or(rules.unanswered, Into::into);
    FallbackRules { after_cut, unanswered, ..rules }
}

/// What is usual, but for what the command line says. Somebody sits before the terminal: no number of turns needs
/// another person.
fn end_rules(ends: &Ends, usual: &EndRules) -> EndRules {
    let other = ends.turns_each.is_some() || ends.minutes.is_some() || ends.until.is_some();
    let is_endless = usual.turns_per_participant.or(usual.minutes).is_none() && usual.phrase.is_none();
    let usual_turns = usual.turns.or(is_endless.then_some(USUAL_TURNS));
    let unpriced = match (ends.money, ends.allow_unpriced) {
        (Some(_), false) => Unpriced::Refuse,
        (Some(_), true) => Unpriced::Allow,
        (None, _) => usual.unpriced,
    };
    let phrase = ends.until.clone().map(|text| EndPhrase { text, by: ends.until_by.clone() });
    EndRules {
        turns: ends.turns.or(usual_turns.filter(|_| !other)),
        turns_per_participant: ends.turns_each.or(usual.turns_per_participant),
        turns_without_user: ends.turns_without_user,
        minutes: ends.minutes.or(usual.minutes),
        tokens: ends.tokens.or(usual.tokens),
        money: ends.money.or(usual.money),
        unpriced,
        phrase: phrase.or_else(|| usual.phrase.clone()),
        loops: usual.loops && !ends.allow_loops,
    }
}

/// A persona on the given route, or on the demo voice of its name.
fn seat(persona: &PersonaId, route: Option<&Vec<ModelRef>>, answer_tokens: Option<u32>) -> NewParticipant {
    let route = route.cloned().unwrap_or_else(|| vec![chimera_app::demo_voice_for(persona)]);
    let sampling = Sampling { max_output_tokens: answer_tokens, ..Sampling::default() };
    NewParticipant { persona: Some(persona.clone()), route, sampling, ..NewParticipant::default() }
}

fn moderator(persona: &PersonaId, seats: &[PersonaId]) -> chimera_app::Result<NewModerator> {
    let seat = (0..).zip(seats).find(|(_, seated)| *seated == persona).map(|(seat, _)| seat);
    let seat = seat.ok_or_else(|| Error::invalid("moderator", format!("{persona} does not sit at the table")))?;
    Ok(NewModerator::Seat { seat })
}

/// Each from the environment variable of this name.
pub fn keys_from(variables: &[String]) -> chimera_app::Result<Vec<Secret>> {
    variables.iter().map(|variable| key_from(variable)).collect()
}

pub fn key_from(variable: &str) -> chimera_app::Result<Secret> {
    match std::env::var(variable) {
        Ok(key) if !key.trim().is_empty() => Ok(Secret::new(key.trim())),
        _ => Err(Error::invalid(
            "key-env",
            format!("the environment variable {variable} is not set or empty: put the key there"),
        )),
    }
}
